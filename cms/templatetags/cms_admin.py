"""For the editors' screens."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.db.models import Q
from django.utils.safestring import SafeString, mark_safe
from wagtail.models import Page

from cms.followers import number_of_followers, number_of_people
from cms.models import JobPage

register = template.Library()


@register.inclusion_tag("cms/admin/followers.html")
def followers_told(page: Page) -> dict[str, object]:
    """Says how many people will be told if the page is taken down; nothing for a page that is no public posting."""
    specific = page.specific
    return {"followers": number_of_followers(specific) if isinstance(specific, JobPage) and specific.live else None}


@register.inclusion_tag("cms/desk/taken_down.html")
def told_of_taking_down(pages: Iterable[Page], *, with_those_below: bool) -> dict[str, object]:
    """The same for several pages and the postings below them, which go with them or else only if the editor ticks that."""
    chosen, below = Q(pk__in=[]), Q(pk__in=[])
    for page in pages:
        chosen |= Q(pk=page.pk)
        below |= Q(path__startswith=page.path)
    public = JobPage.objects.originals().live()
    everybody = number_of_people(public.filter(below))
    return {
        "postings": public.filter(below).count(),
        "people": everybody if with_those_below else number_of_people(public.filter(chosen)),
        "people_at_most": everybody,
    }


@register.inclusion_tag("cms/desk/publishing.html")
def told_of_publishing(pages: Iterable[Page]) -> dict[str, object]:
    """Says how many people follow those of the pages that are public postings, and hear of what has changed."""
    public = JobPage.objects.originals().live().filter(pk__in=[page.pk for page in pages])
    return {"postings": public.count(), "people": number_of_people(public)}


@register.filter
def pages_of(items: Iterable[dict[str, Page]]) -> list[Page]:
    """The pages that a bulk action is about."""
    return [item["item"] for item in items]


@register.filter
def above_the_form(screen: str, notice: str) -> SafeString:
    """Wagtail's screen, with a notice before its first form: its template leaves no other place for one above the buttons."""
    head, form, rest = screen.partition("<form")
    return mark_safe(f"{head}{notice}{form}{rest}")  # noqa: S308  # both were rendered by templates


@register.filter
def alone(page: Page) -> list[Page]:
    return [page]
