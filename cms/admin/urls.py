"""Addresses of the screens below Wagtail's admin."""

from django.urls import path

from cms.admin.views import CloseJobView, ReopenJobView

app_name = "cms_jobs"

urlpatterns = [
    path("<int:pk>/close/", CloseJobView.as_view(), name="close"),
    path("<int:pk>/reopen/", ReopenJobView.as_view(), name="reopen"),
]
