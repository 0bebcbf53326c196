"""What editors see at the desk: rows of lists, questions, messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.models import JobPage
from tests.integration.cms.factories import live, make_publisher

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

JOBS: Final = "/admin/jobs/"


def rows(client: Client, query: str = "", url: str = JOBS) -> list[JobPage]:
    """The postings of a list, in its order."""
    answer = client.get(f"{url}?{query}")
    assert answer.status_code == 200
    return list(answer.context["object_list"])


def titles(client: Client, query: str = "", url: str = JOBS) -> list[str]:
    return [job.title for job in rows(client, query, url)]


def states(client: Client, query: str = "", url: str = JOBS) -> dict[str, str]:
    """The state of each posting, by title."""
    return {job.title: getattr(job, "standing", "") for job in rows(client, query, url)}


def bulk_url(action: str, *pages: Page) -> str:
    query = "&".join(f"id={page.pk}" for page in pages)
    return f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', action])}?{query}"


def messages(answer: Answer) -> Sequence[str]:
    """What is said to the editor after something was done."""
    return [str(message).strip() for message in answer.context["messages"]]


def did(client: Client, action: str, jobs: Sequence[Page], **values: str | list[str]) -> Sequence[str]:
    """Confirm a bulk action from the list of postings; what is said then."""
    answer = client.post(f"{bulk_url(action, *jobs)}&next={JOBS}", values, follow=True)
    assert answer.redirect_chain == [(JOBS, 302)]
    return messages(answer)


def draft_of(job: JobPage) -> JobPage:
    draft = live(job).get_latest_revision_as_object()
    assert isinstance(draft, JobPage)
    return draft


def lock(job: JobPage) -> None:
    JobPage.objects.filter(pk=job.pk).update(locked=True, locked_by=make_publisher(), locked_at=timezone.now())
