"""What the addresses of Wagtail's admin name in tests, and forms as somebody fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import User
from django.http import QueryDict
from django.utils import timezone
from wagtail.models import WorkflowState

from adapters.models import BlockedDomain
from cms.models import JobPage
from notifications.models import Delivery, WhyNot
from tests.integration.cms.factories import (
    make_category,
    make_closed_job,
    make_company,
    make_editor,
    make_follower,
    make_job,
    the_board,
)
from tests.integration.cms.keyboard import filled_in
from tests.integration.cms.panel import pending
from tests.integration.cms.screens import Screen
from tests.integration.notifications import people, rows

ADMIN: Final = "/admin/"


class World:
    """What the addresses name. There is news of the job `job` that waits, and a message of `failed` that could not be delivered."""

    def __init__(self) -> None:
        job, company = make_job(), make_company("Bread & Sons")
        follower = make_follower(job)
        job.salary_maximum = 3600
        job.save_revision().publish()
        told = rows.notification(at=timezone.now())
        rows.delivery(told, follower, Delivery.State.FAILED, WhyNot.REFUSED, at=timezone.now())
        submitted = submitted_job()
        self._names: Mapping[str, object] = {
            "job": job.pk,
            "revision": JobPage.objects.get(pk=job.pk).latest_revision_id,
            "news": pending(job).notification_id,
            "failed": told.pk,
            "submitted": submitted.object_id,
            "approval": submitted.current_task_state_id,
            "closed": make_closed_job("Miller, closed").pk,
            "board": the_board().pk,
            "company": company.pk,
            "idle": make_company("Mills & Co").pk,
            "category": make_category("Baking").pk,
            "colleague": colleague_with_a_second_factor().pk,
            "blocked": BlockedDomain.objects.create(domain="junk.example").pk,
        }
        self._writer = people.administrator()

    def named(self, text: str) -> str:
        return text.format_map(self._names)

    def url(self, screen: Screen) -> str:
        return ADMIN + self.named(screen.address)

    def form(self, screen: Screen) -> QueryDict:
        """As somebody fills it in who may do everything."""
        values = {name: self.named(value) for name, value in screen.form.items()}
        if screen.opened:
            return filled_in(self._writer, ADMIN + self.named(screen.opened), "", values)
        form = QueryDict(mutable=True)
        form.update(values)
        return form


def colleague_with_a_second_factor() -> User:
    colleague = make_editor()
    TOTP.activate(colleague, generate_totp_secret())
    return colleague


def submitted_job() -> WorkflowState:
    job = make_job("Miller, submitted")
    workflow = job.get_workflow()
    assert workflow is not None
    state: WorkflowState = workflow.start(job, make_editor())
    return state
