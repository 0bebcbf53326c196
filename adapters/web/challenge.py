"""Where an operator can plug in a question that robots do not answer; `docs/challenge.md` has a complete example.

The setting `CHALLENGE` names a class. Without it nothing is asked.
"""

from typing import Protocol, runtime_checkable

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString


@runtime_checkable
class Challenge(Protocol):
    """Made anew, without arguments, for each form that is shown or sent."""

    def html(self) -> SafeString:
        """What is asked, for within the form, in the language that is active. It is part of pages that are kept for up to five minutes and
        given to many: it may not depend on who asks, set a cookie, or be good for one answer only.
        """
        ...

    def is_met(self, request: HttpRequest) -> bool:
        """Whether the form's `POST` holds a good answer. Asked before anything is known of the address, and not asked again for a page that
        is shown once more: that asks anew.
        """
        ...


def chosen() -> Challenge | None:
    """Raises `ImportError` and `TypeError` for a setting that names none; a system check says so before."""
    if not settings.CHALLENGE:
        return None
    challenge: object = import_string(settings.CHALLENGE)()
    if not isinstance(challenge, Challenge):
        raise TypeError(f"{settings.CHALLENGE} is no challenge: it needs the methods `html` and `is_met`.")
    return challenge
