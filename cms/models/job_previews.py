"""What else than its page can be previewed of a job: above all the mail about what is different."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.http import HttpRequest
from django.template.response import TemplateResponse

from adapters.models import PostingRecord
from adapters.newsroom import MailPreview, newsroom
from adapters.repositories import posting_of
from jobs_domain.changes import NoteToFollowers

if TYPE_CHECKING:
    from cms.models.job_page import JobPage

CLOSED: Final = "closed"
MAIL: Final = "mail"
MAIL_AS_TEXT: Final = "mail-text"
MODES: Final[list[tuple[str, str]]] = [
    ("", "Job page"),
    (CLOSED, "Job page when it is closed"),
    (MAIL, "Mail to followers"),
    (MAIL_AS_TEXT, "Mail to followers, as text"),
]


def mail(page: JobPage, request: HttpRequest, *, as_text: bool) -> TemplateResponse:
    """The mail that followers would get if the page were published as it is; or a sentence that says why there is none."""
    preview, why_not = _preview(page)
    context = {"mail": preview, "why_not": why_not, "as_text": as_text}
    return TemplateResponse(request, "cms/editor/mail_preview.html", context)


def _preview(page: JobPage) -> tuple[MailPreview | None, str]:
    from cms import mapping

    record = PostingRecord.objects.filter(pk=page.posting_id).first()
    if record is None:
        return None, "Nobody is told of a first publication."
    if page.minor_change:
        return None, "This is marked as a minor change: nobody is told."
    try:
        after = mapping.details(page)
    except ValueError as error:
        return None, f"There is a mistake in the form: {error}"
    found = newsroom().revision_mail(
        before=posting_of(record).details,
        after=after,
        note=NoteToFollowers(page.change_note.strip()),
        path=page.path_on_site,
        is_closed=not page.is_open,
    )
    return found, "" if found else "Nothing that the public can see is different: nobody is told."
