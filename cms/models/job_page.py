"""A job posting as a page."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, override

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Page, PageManager, Revision
from wagtail.models.pages import BasePageManager, PageQuerySet
from wagtail.search import index

from adapters import clock
from adapters.web.follow import Followed, follow, sent
from adapters.web.forms import FollowForm
from adapters.web.kept_pages import keep
from cms import reading
from cms.models import job_previews as previews
from cms.models.category import with_words
from cms.models.home_page import AlwaysPublic
from cms.models.job_checks import complaints
from cms.models.job_panels import CONTENT_PANELS, PROMOTE_PANELS
from cms.models.job_permissions import PostingPermissions
from cms.models.job_words import JobInWords
from jobs_domain.identifiers import PostingId
from jobs_domain.topics import PostingTopic

NOT_COPIED: Final = ["posting_id", "identifier", "closed_reason", "change_note", "minor_change"]
"""What a copy begins anew: it is another posting."""

SEARCHED: Final[list[index.BaseField | index.RelatedFields]] = [
    index.SearchField("description"),
    index.RelatedFields("company", [index.SearchField("name"), index.AutocompleteField("name")]),
    index.FilterField("company"),
    index.FilterField("workplace_type"),
    index.FilterField("closed_reason"),
    index.FilterField("valid_through"),
]
SAME_INSTANT: Final = timedelta(milliseconds=1)
"""Revisions keep instants to the millisecond."""


class JobPageQuerySet(PageQuerySet["JobPage"]):
    def originals(self) -> JobPageQuerySet:
        """Without aliases: those are further addresses of a posting, not postings."""
        return self.filter(alias_of=None)

    def open(self, *, at: datetime) -> JobPageQuerySet:
        """Postings that can be read and applied to at the instant `at`."""
        not_passed = Q(valid_through=None) | Q(valid_through__gt=at)
        return self.live().originals().filter(not_passed, closed_reason="")


JobPageManager = BasePageManager.from_queryset(JobPageQuerySet)
if not TYPE_CHECKING:
    JobPageManager = PageManager.from_queryset(JobPageQuerySet)


class JobPage(AlwaysPublic, RoutablePageMixin, JobInWords, Page):
    """One posting. Its identity is `posting_id`: it survives moves and changed slugs, and an alias shares it with its source.

    `posting_id`, `closed_reason` and the instant of the last publication belong to the page; all else belongs to a revision.
    """

    parent_page_types = ("cms.JobIndexPage",)
    subpage_types = ()
    exclude_fields_in_copy = NOT_COPIED

    posting_id = models.UUIDField(default=uuid.uuid4, editable=False, db_index=True)

    objects: ClassVar[JobPageManager[JobPage]] = JobPageManager()  # type: ignore[assignment,misc]  # Wagtail takes no other manager, which its stubs do not know

    search_fields = Page.search_fields + SEARCHED
    content_panels = CONTENT_PANELS
    promote_panels = Page.promote_panels + PROMOTE_PANELS

    class Meta:
        verbose_name = "job posting"

    @override
    def clean(self) -> None:
        super().clean()
        if found := complaints(self):
            raise ValidationError({field: [message] for field, message in found.items()})

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and self.live and self._is_scheduled:
            # the editor stores a new page as live before it schedules it; nobody may read it before its time
            self.live = False
        self.derive_valid_through()
        update_fields = kwargs.get("update_fields")
        if update_fields is not None:
            kwargs["update_fields"] = self._with_what_follows(frozenset(update_fields))
        elif not self.alias_of_id:
            self._leave_the_id_to_its_owner()
        super().save(*args, **kwargs)

    @override
    def save_revision(self, *args: Any, **kwargs: Any) -> Revision:
        if self.pk and self.live and self.live_revision_id is None and self._is_scheduled:
            self._keep_what_is_live()
        return super().save_revision(*args, **kwargs)

    @override
    def with_content_json(self, content: dict[str, Any]) -> JobPage:
        """The note and the mark of a minor change are for one publication: a revision made before the last one has lost them."""
        page = super().with_content_json(content)
        if not isinstance(page, JobPage):
            raise TypeError("The content is not that of a job page.")
        if not _same_instant(page.last_published_at, self.last_published_at):
            page.change_note, page.minor_change = "", False
        page.last_published_at = self.last_published_at
        page.live_revision_id = self.live_revision_id
        page.posting_id = self.posting_id
        page.closed_reason = self.closed_reason
        return page

    @override
    def permissions_for_user(self, user: AbstractBaseUser) -> PostingPermissions:
        return PostingPermissions(user, self)

    @override
    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        followed = self._followed
        now = clock.now()
        similar = kwargs.pop("similar", None)
        if similar is None:
            similar = reading.similar_to(self, at=now)
        return super().get_context(request, *args, **kwargs) | {
            "reading": reading.reading(self, at=now, similar=similar),
            "follow_form": FollowForm(topic=followed.topic),
            "follow_url": followed.follow_url,
            "follow_title": followed.title,
            "follow_language": followed.language,
            "follow_closed": not followed.is_open,
        }

    @override
    @path("", name="index_route")
    def index_route(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if getattr(request, "is_preview", False):
            return super().index_route(request, *args, **kwargs)
        now = clock.now()
        prefetch_related_objects([self], "locations", with_words("categories"))
        similar = reading.similar_to(self, at=now)
        return keep(
            request,
            subjects=reading.subjects(self, similar),
            until=reading.kept_until(self, similar, at=now),
            answer=lambda: TemplateResponse(
                request, self.get_template(request), self.get_context(request, similar=similar)
            ).render(),
            reads_query=False,
        )

    @property
    @override
    def preview_modes(self) -> list[tuple[str, str]]:  # type: ignore[override]  # stub gap: plain words will do
        return previews.MODES

    @override
    def serve_preview(self, request: HttpRequest, mode_name: str) -> TemplateResponse:
        if mode_name == previews.CLOSED and self.is_open:
            self.closed_reason = self.ClosedReason.FILLED.value
        if mode_name in {previews.MAIL, previews.MAIL_AS_TEXT}:
            return previews.mail(self, request, as_text=mode_name == previews.MAIL_AS_TEXT)
        return super().serve_preview(request, mode_name)

    @path("subscribe/", name="subscribe")
    def subscribe(self, request: HttpRequest) -> HttpResponse:
        """Raises `CannotFollow` for a posting that was not seen in public yet."""
        return follow(request, self._followed)

    @path("subscribe/sent/", name="sent")
    def sent(self, request: HttpRequest) -> HttpResponse:
        return sent(request, self._followed)

    @property
    def posted_on(self) -> date | None:
        """The day at the place of the posting."""
        return None if self.first_published_at is None else self.first_published_at.astimezone(self.zone).date()

    @property
    def path_on_site(self) -> str:
        """The address without scheme and host; empty for a page outside every site."""
        parts = self.get_url_parts()
        return (parts[2] or "") if parts else ""

    @property
    def board_url(self) -> str:
        parent = self.get_parent()
        return (parent.get_url() if parent is not None else None) or "/"

    @property
    def _followed(self) -> Followed:
        here = self.path_on_site
        return Followed(
            topic=PostingTopic(PostingId(self.posting_id)),
            title=self.title,
            language=self.language,
            is_open=self.is_open,
            back_url=here,
            follow_url=f"{here}{self.reverse_subpage('subscribe')}",
            sent_url=f"{here}{self.reverse_subpage('sent')}",
        )

    @property
    def _is_scheduled(self) -> bool:
        return self.go_live_at is not None and self.go_live_at > clock.now()

    def _keep_what_is_live(self) -> None:
        """Give a page that a program has published a revision of its live state.

        Without one Wagtail would take it offline when a change of it is scheduled. It is older than all others, so that no draft is hidden.
        """
        live = JobPage.objects.get(pk=self.pk)
        oldest = self.revisions.order_by("created_at").first()
        self.live_revision = Revision.objects.create(
            content_object=live,
            base_content_type=live.get_base_content_type(),
            content=live.serializable_data(),
            object_str=str(live),
            created_at=clock.now() if oldest is None else oldest.created_at - timedelta(seconds=1),
        )
        JobPage.objects.filter(pk=self.pk).update(live_revision=self.live_revision)

    def _with_what_follows(self, update_fields: frozenset[str]) -> list[str]:
        """Columns that are derived from others are written with them."""
        if update_fields & {"closing_date", "closing_time", "time_zone"}:
            update_fields |= {"valid_through"}
        if "alias_of_id" in update_fields and not self.alias_of_id:
            self._leave_the_id_to_its_owner()
            update_fields |= {"posting_id"}
        return sorted(update_fields)

    def _leave_the_id_to_its_owner(self) -> None:
        """An alias that became a page of its own beside its source is a new posting."""
        others = JobPage.objects.originals().exclude(pk=self.pk)
        if others.filter(posting_id=self.posting_id).exists():
            self.posting_id = uuid.uuid4()


def _same_instant(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < SAME_INSTANT
