"""Addresses of the demo's inbox."""

from django.urls import path

from config.demo import views

app_name = "inbox"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<str:key>/", views.message, name="mail"),
    path("<str:key>/html/", views.html_part, name="html"),
]
