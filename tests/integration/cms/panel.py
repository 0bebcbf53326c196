"""The panels beside an editor's form, as a browser with scripts keeps them current."""

from __future__ import annotations

from http import HTTPStatus

from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from adapters import outbox
from adapters.newsroom import Pending, newsroom
from cms.models import JobPage
from jobs_domain.identifiers import PostingId
from tests.integration.cms.keyboard import filled_in


def typed(client: Client, job: JobPage, **values: str | list[str]) -> QueryDict:
    """What the form says after some fields were changed."""
    return filled_in(client, reverse("wagtailadmin_pages:edit", args=[job.pk]), "", values)


def panel(client: Client, job: JobPage, **values: str | list[str]) -> str:
    """What the panels say then, in one line."""
    answer = client.post(reverse("cms_editor:panel", args=[job.pk]), typed(client, job, **values))
    assert answer.status_code == HTTPStatus.OK
    return " ".join(answer.content.decode().split())


def pending(job: JobPage) -> Pending:
    """The news that waits, once the worker has written it down."""
    while outbox.dispatch_due():
        pass
    awaited = newsroom().awaited(PostingId(job.posting_id))
    assert isinstance(awaited, Pending)
    return awaited
