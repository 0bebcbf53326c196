"""`/.well-known/security.txt` (RFC 9116): to whom one tells that the board has a hole."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from adapters import clock
from adapters.web import languages

ADDRESS: Final = ".well-known/security.txt"
GOOD_FOR: Final = timedelta(days=90)
"""It is made anew for everybody who asks: who keeps a copy shall look again."""


@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    contact = settings.SECURITY_CONTACT
    if not contact:
        raise Http404("This board names nobody.")
    fields = {
        "Contact": contact if contact.startswith("https://") else f"mailto:{contact}",
        "Expires": (clock.now() + GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z"),
        "Preferred-Languages": ", ".join(languages.codes()),
        "Canonical": f"{settings.BOARD_URL}/{ADDRESS}",
    }
    lines = (f"{name}: {value}\n" for name, value in fields.items())
    return HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")
