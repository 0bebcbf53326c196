"""Addresses of these pages."""

from django.urls import path

from notifications.preferences import erasing, moving, sign_in, still_interested, views

app_name = "preferences"

urlpatterns = [
    path("manage/", sign_in.ask, name="sign_in"),
    path("manage/sent/", sign_in.sent, name="sign_in_sent"),
    path("manage/<str:token>/", views.manage, name="manage"),
    path("manage/<str:token>/again/", sign_in.again, name="sign_in_again"),
    path("manage/<str:token>/data.json", views.download, name="download"),
    path("manage/<str:token>/address/", moving.ask, name="ask_to_move"),
    path("move/<str:token>/", moving.move, name="move"),
    path("keep/<str:token>/", still_interested.keep, name="keep"),
    path("leave-all/<str:token>/", still_interested.leave_all, name="leave_all"),
    path("manage/<str:token>/erase/", erasing.erase, name="erase"),
]
