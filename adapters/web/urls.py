"""Addresses of the pages that links in mails open."""

from django.urls import path

from adapters.web import subscriptions

app_name = "subscriptions"

urlpatterns = [
    path("confirm/<str:token>/", subscriptions.confirm, name="confirm"),
    path("renew/<str:token>/", subscriptions.renew, name="renew"),
    path("end/<str:token>/", subscriptions.end, name="end"),
]
