"""Addresses of the desk's own screens; lists and bulk actions get theirs from Wagtail."""

from django.urls import path

from cms.desk.companies import MergeCompanyView
from cms.desk.reports import FollowersView, LongOpenView, UnfollowedView

app_name = "cms_desk"

urlpatterns = [
    path("companies/<int:pk>/merge/", MergeCompanyView.as_view(), name="merge_company"),
    path("reports/unfollowed/", UnfollowedView.as_view(), name="unfollowed"),
    path("reports/unfollowed/results/", UnfollowedView.as_view(results_only=True), name="unfollowed_results"),
    path("reports/long-open/", LongOpenView.as_view(), name="long_open"),
    path("reports/long-open/results/", LongOpenView.as_view(results_only=True), name="long_open_results"),
    path("reports/followers/", FollowersView.as_view(), name="followers"),
    path("reports/followers/results/", FollowersView.as_view(results_only=True), name="followers_results"),
]
