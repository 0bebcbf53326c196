"""For the internet. Refuses to start until everything that has no safe default is given, and names all that is missing."""

from email.utils import parseaddr

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import UPLOADS, env
from config.settings.observing import logging
from jobs_domain.email_address import EmailAddress, InvalidEmailAddress

REQUIRED = {
    "SECRET_KEY": "a long random text that signs links and sessions",
    "ALLOWED_HOSTS": "the host names of the board, separated by commas, the public one first",
    "MAIL_FROM": "the address that mails come from, such as jobs@example.org",
}


def _is_usable(name: str) -> bool:
    value = env.str(name, default="").strip()
    if name == "ALLOWED_HOSTS":
        return bool(value) and all(host.strip() for host in value.split(","))
    if name == "MAIL_FROM":
        try:
            EmailAddress(parseaddr(value)[1])
        except InvalidEmailAddress:
            return False
    return bool(value)


def _wanted(name: str) -> str:
    given = env.str(name, default="").strip()
    return f"  {name}: {REQUIRED[name]}" + (f" (“{given}” is none)" if given else "")


_missing = [_wanted(name) for name in REQUIRED if not _is_usable(name)]
if _missing:
    raise ImproperlyConfigured("The board cannot start. Set these environment variables:\n" + "\n".join(_missing))

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = [host.strip() for host in env.str("ALLOWED_HOSTS").split(",")]
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
BOARD_URL = env.str("BOARD_URL", default=f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
WAGTAILADMIN_BASE_URL = BOARD_URL

LOGGING = logging("json")

STORAGES = {
    "default": UPLOADS,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
"""With this prefix browsers take the cookies only by https, and from no other host of the domain (RFC 6265bis §4.1.3)."""
