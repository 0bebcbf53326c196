"""Every screen of ours below Wagtail's admin: who gets what there."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Final

EVERYBODY: Final = frozenset({"editor", "publisher", "trusted", "administrator"})
"""Of those who are logged in. “Trusted” is a publisher who may see addresses."""
PUBLISHERS: Final = EVERYBODY - {"editor"}
TRUSTED: Final = frozenset({"trusted", "administrator"})
ADMINISTRATORS: Final = frozenset({"administrator"})

OK, NOT_FOUND, NO_SUCH_METHOD, NO_TOKEN = "200", "404", "405", "403"
LED_ON: Final = "led on"
"""A redirect to another screen."""
REFUSED: Final = "refused"
"""Back to Wagtail's home page, with a message that says why."""
LOG_IN: Final = "log in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """`address` is below the admin and names things of the tests' world.

    Who is in `seen_by` gets `shown` for a GET, who is in `done_by` gets `answer` for a POST of `form`; all others are refused.
    The form is that of a page if `opened` says where that is filled in; `form` is then what is changed in it.
    """

    address: str
    seen_by: Set[str]
    done_by: Set[str]
    shown: str = OK
    answer: str = LED_ON
    changes: bool = True
    form: Mapping[str, str] = field(default_factory=dict)
    opened: str = ""


def read(address: str, by: Set[str] = EVERYBODY) -> Screen:
    """There is nothing to be done there."""
    return Screen(address=address, seen_by=by, done_by=by, answer=NO_SUCH_METHOD, changes=False)


def do(address: str, by: Set[str] = EVERYBODY, **form: str) -> Screen:
    """It shows a form."""
    return Screen(address=address, seen_by=by, done_by=by, form=form)


def only_do(address: str, by: Set[str] = EVERYBODY) -> Screen:
    """There is nothing to be seen there."""
    return Screen(address=address, seen_by=by, done_by=by, shown=NO_SUCH_METHOD)


def look(address: str, opened: str) -> Screen:
    """It takes a page's form and shows something of it; without one it gives the token for it."""
    return Screen(address=address, seen_by=EVERYBODY, done_by=EVERYBODY, answer=OK, changes=False, opened=opened)


def edit(address: str, opened: str, **form: str) -> Screen:
    return Screen(address=address, seen_by=EVERYBODY, done_by=EVERYBODY, form=form, opened=opened)


def closed(address: str) -> Screen:
    """Wagtail's, which the board does without."""
    return Screen(
        address=address, seen_by=EVERYBODY, shown=NOT_FOUND, done_by=EVERYBODY, answer=NOT_FOUND, changes=False
    )


JOB: Final = "pages/{job}/edit/"
NEW_JOB: Final = "pages/add/cms/jobpage/{board}/?kind=blank"
BULK: Final = "bulk/wagtailcore/page/"

POSTINGS: Final = (
    read(""),
    read("jobs/"),
    read("jobs/results/"),
    read("pages/{board}/"),
    read("pages/usage/cms/jobpage/"),
    Screen(
        address="jobs/choose_parent/",
        seen_by=EVERYBODY,
        shown=LED_ON,
        done_by=EVERYBODY,
        changes=False,
        form={"parent_page": "{board}"},
    ),
    edit(JOB, JOB, title="Head baker"),
    edit("pages/{job}/revisions/{revision}/revert/", JOB, title="Head baker"),
    do("pages/workflow/action/{submitted}/approve/{approval}/", PUBLISHERS, comment="Good."),
    edit(NEW_JOB, NEW_JOB, title="Miller", slug="miller", company="{company}", description="null"),
    do("jobs/{job}/close/", PUBLISHERS, reason="FILLED"),
    do("jobs/{closed}/reopen/", PUBLISHERS),
    do(f"{BULK}close_jobs/?id={{job}}", PUBLISHERS, reason="FILLED"),
    do(f"{BULK}extend_jobs/?id={{job}}", PUBLISHERS, days="7"),
    do(f"{BULK}categorise_jobs/?id={{job}}", PUBLISHERS, how="add", categories="{category}"),
    look("jobs/{job}/panel/", JOB),
    look("jobs/new/{board}/panel/", NEW_JOB),
    read("jobs/new/{board}/copy/"),
    do("jobs/{job}/news/{news}/now/", PUBLISHERS),
    do("jobs/{job}/news/{news}/nobody/", PUBLISHERS),
    do("jobs/{job}/news/{news}/note/", PUBLISHERS, note="We can pay more."),
    read("jobs/reports/unfollowed/"),
    read("jobs/reports/unfollowed/results/"),
    read("jobs/reports/long-open/"),
    read("jobs/reports/long-open/results/"),
    read("jobs/reports/followers/"),
    read("jobs/reports/followers/results/"),
)

NOTIFICATIONS: Final = (
    read("notifications/"),
    read("notifications/results/"),
    only_do("notifications/retry/", PUBLISHERS),
    Screen(
        address="notifications/person/",
        seen_by=TRUSTED,
        done_by=TRUSTED,
        answer=OK,
        form={"address": "ana@example.org"},
    ),
    read("notifications/failures/"),
    read("notifications/failures/results/"),
    read("notifications/addresses/", ADMINISTRATORS),
    read("notifications/addresses/results/", ADMINISTRATORS),
    Screen(
        address="notifications/addresses/one/",
        seen_by=ADMINISTRATORS,
        done_by=ADMINISTRATORS,
        answer=OK,
        form={"address": "ana@example.org", "block": ""},
    ),
    read("notifications/domains/", ADMINISTRATORS),
    read("notifications/domains/results/", ADMINISTRATORS),
    do("notifications/domains/block/", ADMINISTRATORS, domain="spam.example"),
    do("notifications/domains/{blocked}/release/", ADMINISTRATORS),
    read("notifications/lookups/", ADMINISTRATORS),
    read("notifications/lookups/results/", ADMINISTRATORS),
    do("notifications/timing/", ADMINISTRATORS, minutes_until_told="10"),
    Screen(address="notifications/{failed}/", seen_by=EVERYBODY, done_by=TRUSTED, answer=OK),
    read("notifications/{failed}/results/"),
    only_do("notifications/{failed}/retry/", PUBLISHERS),
    do("notifications/{news}/now/", PUBLISHERS),
    do("notifications/{news}/nobody/", PUBLISHERS),
    do("notifications/{news}/note/", PUBLISHERS, note="We can pay more."),
)


def snippets(model: str, key: str, **form: str) -> tuple[Screen, ...]:
    """Wagtail's screens for companies and categories, and those for choosing one of them."""
    here, choice = f"snippets/cms/{model}/", f"snippets/choose/cms/{model}/"
    return (
        read(here),
        read(f"{here}results/"),
        do(f"{here}add/", EVERYBODY, **form),
        do(f"{here}edit/{key}/", EVERYBODY, **form),
        do(f"{here}copy/{key}/", EVERYBODY, **form),
        do(f"{here}delete/{key}/", PUBLISHERS),
        read(f"{here}usage/{key}/"),
        read(f"{here}history/{key}/"),
        read(f"{here}history-results/{key}/"),
        read(choice),
        read(f"{choice}results/"),
        read(f"{choice}chosen/{key}/"),
        read(f"{choice}chosen-multiple/?id={key}"),
        Screen(address=f"{choice}create/", seen_by=EVERYBODY, done_by=EVERYBODY, answer=OK, form=form),
    )


NO_OTHER_LANGUAGES: Final = {"in_other_languages-TOTAL_FORMS": "0", "in_other_languages-INITIAL_FORMS": "0"}

SCREENS: Final = (
    Screen(address="account/", seen_by=EVERYBODY, done_by=EVERYBODY, answer=OK, changes=False),
    do("users/{colleague}/second-factor/reset/", ADMINISTRATORS),
    *POSTINGS,
    *NOTIFICATIONS,
    *snippets("company", "{idle}", name="Oats & Daughters", description="null", language="en"),
    *snippets("category", "{category}", name="Milling", **NO_OTHER_LANGUAGES),
    do("jobs/companies/{company}/merge/", PUBLISHERS, into="{idle}"),
    read("redirects/", ADMINISTRATORS),
    closed("redirects/import/"),
    closed("redirects/import/process/"),
)
