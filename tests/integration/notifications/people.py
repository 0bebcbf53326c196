"""People of the admin, with their roles, and what they see."""

from html.parser import HTMLParser
from itertools import count
from typing import TYPE_CHECKING, Final, override

from django.contrib.auth.models import Group, Permission, User
from django.db.models import QuerySet
from django.test import Client
from wagtail.models import ModelLogEntry

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

_numbers: Final = count(1)


def browser(*roles: str, permissions: tuple[str, ...] = (), is_superuser: bool = False) -> Client:
    """Of somebody who is in these groups, and has these permissions of the notifications besides."""
    user = User.objects.create_user(f"person{next(_numbers)}", is_superuser=is_superuser)
    user.groups.set(Group.objects.filter(name__in=roles))
    own = Permission.objects.filter(content_type__app_label="notifications", codename__in=permissions)
    assert len(own) == len(permissions)
    user.user_permissions.set(own)
    client = Client()
    client.force_login(user)
    return client


def editor() -> Client:
    return browser("Editors")


def publisher() -> Client:
    return browser("Publishers")


def trusted() -> Client:
    """A publisher who may see addresses."""
    return browser("Publishers", permissions=("see_addresses",))


def administrator() -> Client:
    return browser(is_superuser=True)


def logged() -> QuerySet[ModelLogEntry]:
    """What was done, but for accounts that were made and people who signed in."""
    return QuerySet(ModelLogEntry).exclude(action__startswith="board.")


def words(answer: "Answer", status: int = 200) -> str:
    """What a reader sees of the page's main part, in one line."""
    assert answer.status_code == status, answer.content
    reader = _Words()
    reader.feed(answer.content.decode())
    return " ".join(" ".join(reader.found).split())


def see(client: Client, url: str, status: int = 200) -> str:
    return words(client.get(url), status)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style", "template")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style", "template")

    @override
    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)
