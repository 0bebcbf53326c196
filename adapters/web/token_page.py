"""What the pages that links in mails open have in common.

The token in the address is the authority, so that no cookie, session or origin is asked for (RFC 8058 §3.1 requires as much for one-click
unsubscribing). The pages are not cached, not indexed, and pass their address on to nobody.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

type TokenView = Callable[[HttpRequest, str], HttpResponse]


def token_page(view: TokenView) -> TokenView:
    @csrf_exempt
    @never_cache
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return page
