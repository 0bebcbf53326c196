"""Screens about the accounts of others; Wagtail lets only editors come here."""

from django.urls import path

from cms.signin.views import ResetSecondFactorView

app_name = "signin"
urlpatterns = [path("<int:pk>/second-factor/reset/", ResetSecondFactorView.as_view(), name="reset")]
