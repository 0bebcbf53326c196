"""Addresses of the editor's own screens, below Wagtail's admin."""

from django.urls import path

from cms.editor.decisions import ChangeNoteView, TellNobodyView, TellNowView
from cms.editor.earlier import ChooseEarlierView
from cms.editor.views import PanelOfNewView, PanelView

app_name = "cms_editor"

urlpatterns = [
    path("<int:pk>/panel/", PanelView.as_view(), name="panel"),
    path("new/<int:parent_pk>/panel/", PanelOfNewView.as_view(), name="panel_of_new"),
    path("new/<int:parent_pk>/copy/", ChooseEarlierView.as_view(), name="choose_earlier"),
    path("<int:pk>/news/<uuid:notification_id>/now/", TellNowView.as_view(), name="tell_now"),
    path("<int:pk>/news/<uuid:notification_id>/nobody/", TellNobodyView.as_view(), name="tell_nobody"),
    path("<int:pk>/news/<uuid:notification_id>/note/", ChangeNoteView.as_view(), name="change_note"),
]
