"""Addresses of the screens below Wagtail's admin."""

from django.urls import path

from notifications.admin.decisions import ChangeNoteView, TellNobodyView, TellNowView
from notifications.admin.domains import BlockDomainView, DomainsView, ReleaseDomainView
from notifications.admin.failures import FailuresView
from notifications.admin.listing import NotificationsView
from notifications.admin.lookups import LookupsView
from notifications.admin.one import NotificationView
from notifications.admin.persons import PersonView
from notifications.admin.retrying import RetryAllView, RetryView
from notifications.admin.suppressed import SuppressedOneView, SuppressedView
from notifications.admin.timing import TimingView

app_name = "notifications_admin"

READ_ONLY = ["get", "head", "options"]

urlpatterns = [
    path("", NotificationsView.as_view(), name="index"),
    path("results/", NotificationsView.as_view(results_only=True), name="index_results"),
    path("retry/", RetryAllView.as_view(), name="retry_all"),
    path("person/", PersonView.as_view(), name="person"),
    path("failures/", FailuresView.as_view(), name="failures"),
    path("failures/results/", FailuresView.as_view(results_only=True), name="failures_results"),
    path("lookups/", LookupsView.as_view(), name="lookups"),
    path("lookups/results/", LookupsView.as_view(results_only=True), name="lookups_results"),
    path("addresses/", SuppressedView.as_view(), name="suppressed"),
    path("addresses/results/", SuppressedView.as_view(results_only=True), name="suppressed_results"),
    path("addresses/one/", SuppressedOneView.as_view(), name="suppressed_one"),
    path("domains/", DomainsView.as_view(), name="domains"),
    path("domains/results/", DomainsView.as_view(results_only=True), name="domains_results"),
    path("domains/block/", BlockDomainView.as_view(), name="block_domain"),
    path("domains/<int:pk>/release/", ReleaseDomainView.as_view(), name="release_domain"),
    path("timing/", TimingView.as_view(), name="timing"),
    path("<uuid:pk>/", NotificationView.as_view(), name="one"),
    path(
        "<uuid:pk>/results/",
        NotificationView.as_view(results_only=True, http_method_names=READ_ONLY),
        name="one_results",
    ),
    path("<uuid:pk>/now/", TellNowView.as_view(), name="tell_now"),
    path("<uuid:pk>/nobody/", TellNobodyView.as_view(), name="tell_nobody"),
    path("<uuid:pk>/note/", ChangeNoteView.as_view(), name="change_note"),
    path("<uuid:pk>/retry/", RetryView.as_view(), name="retry"),
]
