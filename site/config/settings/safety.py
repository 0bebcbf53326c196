"""What browsers are told not to do, and what is too large; `docs/adr/0018-content-security-policy.md` says why so."""

import re

from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from environs import Env

from jobs_domain.email_address import EmailAddress, InvalidEmailAddress

env = Env()

type Directives = dict[str, list[str]]


def with_more(policy: Directives, more: str) -> Directives:
    """The policy with further sources, written as in the header. Raises `ImproperlyConfigured` for what is no source of files."""
    also = {name: sources for part in more.split(";") if part.strip() for name, *sources in [part.split()]}
    for name, sources in also.items():
        allowed = ALSO.get(name, ())
        if (
            name not in ALSO
            or not sources
            or not all(source in allowed or _HOST.fullmatch(source) for source in sources)
        ):
            raise ImproperlyConfigured(
                f"ALSO_ALLOWED_SOURCES: “{name} {' '.join(sources)}” is not possible. "
                f"Write sources such as https://challenge.example or https://*.challenge.example for {', '.join(ALSO)}."
            )
    return policy | {name: [*policy.get(name, []), *sources] for name, sources in also.items()}


ALSO = {
    "script-src": (),
    "style-src": (),
    "img-src": ("data:", "blob:"),
    "font-src": ("data:",),
    "connect-src": (),
    "frame-src": (),
    "worker-src": ("blob:",),
    "media-src": ("blob:",),
}
"""With what may stand there besides hosts. Scripts from `data:` or from whole schemes would be as bad as inline ones."""
_HOST = re.compile(r"https://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/[\w./~%-]*)?", re.IGNORECASE | re.ASCII)
"""Of its own, not a whole domain of many (`*.example`)."""

STRICT_POLICY: Directives = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
    "object-src": [NONE],
}
"""Nothing inline, nothing from elsewhere: no page of the board needs it."""

PUBLIC_POLICY = with_more(STRICT_POLICY, env.str("ALSO_ALLOWED_SOURCES", default=""))
"""For what an operator plugs in, such as a provider's challenge."""

ADMIN_POLICY: Directives = STRICT_POLICY | {
    # Draftail and the tooltips write styles, and mails are shown as they are: those have nothing but inline styles
    "style-src": [SELF, UNSAFE_INLINE],
    # Wagtail's tool for the middle of a picture sets a handler that says “return;” to learn whether there are fingers: no other is allowed
    "script-src-attr": ["'unsafe-hashes'", "'sha256-i+qr4lq34KgNHiW62lWi9aInEBwiEOrfCzaNPCvkqD8='"],
    # a picture that is about to be uploaded is shown before it is
    "img-src": [SELF, "data:", "blob:"],
    # previews of pages
    "frame-src": [SELF],
}
"""The most that Wagtail's admin gets along with; scripts are as strict as elsewhere, but for those two words."""

XML_POLICY: Directives = {
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [NONE],
}
"""Of feeds and sitemaps: browsers show them with styles of their own, which this rules, too."""

_FEATURES = (
    "accelerometer autoplay browsing-topics camera display-capture encrypted-media fullscreen geolocation gyroscope hid idle-detection "
    "local-fonts magnetometer microphone midi payment picture-in-picture screen-wake-lock serial storage-access usb "
    "xr-spatial-tracking"
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in _FEATURES.split())
"""The board uses none of them; what is not listed here (signing in by passkeys, copying) browsers allow to pages of their own."""

DOCUMENT_POLICY: Directives = {"default-src": [NONE], "frame-ancestors": [NONE], "sandbox": []}
"""Of documents that editors upload, should a browser show one after all."""

MEGABYTE = 1024 * 1024
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]
"""No SVG, which may hold scripts."""
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * MEGABYTE
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
"""Of all frames together. A picture takes four bytes a pixel while smaller ones are made of it."""
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.admin.pictures.PictureForm"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "odp", "ods", "odt", "pdf", "pptx", "rtf", "txt", "xlsx"]
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.admin.documents.DocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 20 * MEGABYTE
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
"""Nothing is shown in the browser, PDF neither: all is saved."""
WAGTAILDOCS_SERVE_METHOD = "serve_view"
"""By the board, with its headers, wherever files are kept."""
WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT = False
"""`DOCUMENT_POLICY` says more."""
WAGTAILDOCS_PRIVATE_COLLECTION_OPTIONS = {"SHARED_PASSWORD": False}
"""One could guess it for as long as one likes, and it would stand in the database as it is."""
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
"""No text holds films, and the board asks no other server what an address is."""

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
"""Bytes of a form without its files."""
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
"""Wagtail's forms have many parts; and a search is never refused: no web server lets an address with so many parameters through."""
LARGEST_BODY = 64 * 1024
"""Bytes of a request to a public page: its forms are an address and a few ticks."""
LARGEST_BODY_OF_ADMIN = WAGTAILDOCS_MAX_UPLOAD_SIZE + 5 * MEGABYTE
"""One upload and the form around it."""

SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
"""To whom one tells of a hole: an e-mail address, or a page (`https://`); see `config.security_txt`. Nobody is named if it is empty."""
if SECURITY_CONTACT and not SECURITY_CONTACT.startswith("https://"):
    try:
        EmailAddress(SECURITY_CONTACT)
    except InvalidEmailAddress as error:
        raise ImproperlyConfigured(f"SECURITY_CONTACT is neither an e-mail address nor a page: {error}") from error
