"""What all environments share. Values come from environment variables; `docs/operators.md` lists them."""

import os
from ipaddress import ip_network
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, ValidationError, validate

from config.settings.databases import ONE_CLOCK as ONE_CLOCK
from config.settings.databases import database
from config.settings.extras import needs
from config.settings.observing import *  # noqa: F403
from config.settings.observing import logging
from config.settings.safety import *  # noqa: F403
from config.settings.signin import *  # noqa: F403
from config.settings.signin import LOCK_OUT_MIDDLEWARE, SIGN_IN_APPS, SIGN_IN_MIDDLEWARE
from config.settings.uploads import *  # noqa: F403
from config.settings.uploads import S3_URL
from jobs_domain.digests import HOURS, Weekday
from jobs_domain.valid_through import zones

env = Env()


def at_least(minimum: float) -> validate.Range:
    return validate.Range(min=minimum)


def is_proxy(networks: list[str]) -> None:
    """Raises `ValidationError` for what is no network."""
    for network in networks:
        try:
            network == "unix" or ip_network(network, strict=False)
        except ValueError as error:
            raise ValidationError(f"TRUSTED_PROXIES: {error}. Write networks such as 10.0.0.0/8, or unix.") from error


ROOT = Path(__file__).resolve().parents[3]
DATA_DIR = Path(env.str("DATA_DIR", default=str(ROOT / "var")))
"""Where the SQLite database and uploaded files are kept."""

INSTALLED_APPS = [
    "config.apps.BoardConfig",
    "cms.apps.CmsConfig",
    "notifications.apps.NotificationsConfig",
    "adapters.apps.AdaptersConfig",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    *SIGN_IN_APPS,
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "adapters.observing.web.Observed",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.Policy",
    "config.headers.OtherHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "adapters.web.kept_pages.KeptPages",
    "adapters.observing.web.Measured",
    "config.languages.LanguageMiddleware",
    "config.too_large.LargestBody",
    "config.out_of_range.OutOfRange",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *SIGN_IN_MIDDLEWARE,
    "cms.admin.noted.NotedMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.languages.LanguageKeepingRedirects",
    LOCK_OUT_MIDDLEWARE,
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "site" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": database(env.str("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'board.sqlite3'}"))}

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # in each process, a few megabytes; see docs/adr/0012-kept-pages.md
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {
    # Wagtail's own small tasks run at once; ours wait for a worker
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "board": {"BACKEND": env.str("TASKS_BACKEND", default="django_tasks_db.DatabaseBackend")},
}
if "." not in TASKS["board"]["BACKEND"]:
    raise ImproperlyConfigured(
        f"TASKS_BACKEND: “{TASKS['board']['BACKEND']}” is none. "
        "Write django_tasks_db.DatabaseBackend, django_tasks_rq.RQBackend, or nothing for the first."
    )
if TASKS["board"]["BACKEND"].startswith("django_tasks_rq."):
    needs("rq", module="django_rq", because=f"TASKS_BACKEND is {TASKS['board']['BACKEND']}")
    INSTALLED_APPS += ["django_rq"]
    RQ_QUEUES = {
        "default": {
            "URL": env.str("REDIS_URL", default="redis://localhost:6379/0"),
            "DEFAULT_TIMEOUT": 3600,  # seconds: far more than a task of ours takes, which ends itself
        }
    }

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
"""What public pages speak; the first part of each code is the prefix of their addresses."""
LOCALE_PATHS = [ROOT / "site" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(ROOT / "static")))
STATICFILES_DIRS = [ROOT / "site" / "static"]
MEDIA_URL = f"{S3_URL}/" if S3_URL else "/media/"
MEDIA_ROOT = DATA_DIR / "media"

BOARD_NAME = env.str("BOARD_NAME", default="Followable Jobs")
BOARD_URL = env.str("BOARD_URL", default="http://localhost:8000")
"""Scheme and host under which the board is public, without a slash at the end. Mails link to it."""

WAGTAIL_SITE_NAME = BOARD_NAME
WAGTAILADMIN_BASE_URL = BOARD_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_USER_TIME_ZONES = zones()
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.admin_search"}}

DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="jobs@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_mail = env.dj_email_url("EMAIL_URL", default="smtp://localhost:25")
if "EMAIL_BACKEND" not in _mail:
    raise ImproperlyConfigured("EMAIL_URL looks like smtp://host:25 or submission://user:password@host:587")
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail["EMAIL_HOST"]
EMAIL_PORT = _mail["EMAIL_PORT"]
EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _mail["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20, validate=at_least(1))
"""Seconds; Django's own default waits for ever."""

ANYMAIL = {name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")}
"""The settings of django-anymail, each from an environment variable of its name with this prefix; with any of them it is installed."""
if ANYMAIL:
    needs("anymail", module="anymail", because=f"ANYMAIL_{next(iter(ANYMAIL))} is set")
    INSTALLED_APPS += ["anymail"]

MAIL_CONNECTIONS = env.int("MAIL_CONNECTIONS", default=1, validate=at_least(1))
"""Connections to the mail server that each worker keeps while it sends. One suits a relay on the same machine."""
MAIL_UNMARKED = env.int("MAIL_UNMARKED", default=MAIL_CONNECTIONS, validate=at_least(MAIL_CONNECTIONS))
"""How many messages of a worker may be sent but not yet marked as sent: those are sent again if it is killed."""
MAIL_BATCH = env.int("MAIL_BATCH", default=100, validate=at_least(1))
"""How many messages a worker takes on at a time."""
MAIL_LEASE = env.int("MAIL_LEASE", default=max(60, 8 * EMAIL_TIMEOUT), validate=at_least(1))
"""Seconds after which the messages of a worker that gives no sign of life are sent by others."""
MAIL_RATE = env.float("MAIL_RATE", default=0, validate=at_least(0))
"""Messages a second at most, of all workers together; 0 is no limit."""
MAIL_RATE_PER_DOMAIN = env.float("MAIL_RATE_PER_DOMAIN", default=0, validate=at_least(0))
"""Messages a second at most to one recipient domain, of all workers together; 0 is no limit."""
SETTLING_TIME = env.int("SETTLING_TIME", default=300, validate=at_least(0))
"""Seconds from a change to the mails about it, in which further changes join it; 0 tells at once."""
DIGEST_HOUR = env.int("DIGEST_HOUR", default=8, validate=validate.OneOf(HOURS))
"""At which hour of the board's clocks (`TIME_ZONE`) those are told who want to hear once a day or once a week."""
DIGEST_WEEKDAY = env.str("DIGEST_WEEKDAY", default="MONDAY", validate=validate.OneOf([day.name for day in Weekday]))
"""On which day those are told who want to hear once a week."""
INTEREST_AFTER_DAYS = env.int("INTEREST_AFTER_DAYS", default=365, validate=at_least(0))
"""Days without a sign of a follower after which they are asked whether they still want what they follow; 0 asks nobody."""
INTEREST_ANSWER_DAYS = env.int("INTEREST_ANSWER_DAYS", default=30, validate=at_least(1))
"""Days after that question was sent in which they may answer; then all that they were asked about ends."""
ASKS_PER_CLIENT = env.int("ASKS_PER_CLIENT", default=20, validate=at_least(0))
"""How often in an hour one client may have mails sent by the public forms; 0 is no limit. As many at once: see `adapters/limits.py`."""
ASKS_PER_ADDRESS = env.int("ASKS_PER_ADDRESS", default=6, validate=at_least(0))
"""How often in a day the public forms may have mails sent to one address; 0 is no limit."""
MINIMUM_FILL_TIME = env.float("MINIMUM_FILL_TIME", default=2, validate=at_least(0))
"""Seconds that a person takes at least to fill in a public form; what comes sooner is asked for once more. 0 asks for none."""
CHALLENGE = env.str("CHALLENGE", default="")
"""Dotted path of a class that asks what robots do not answer; see `docs/challenge.md`."""
REFUSE_DISPOSABLE = env.bool("REFUSE_DISPOSABLE", default=False)
"""Whether nobody may follow with an address of a service that gives them away for some minutes; see `docs/addresses.md`."""
TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", default=[], validate=is_proxy)
"""Networks of the proxies before the board (`10.0.0.0/8`), or `unix` for one that comes by a Unix socket.

Their `X-Forwarded-For` is believed.
"""
BOUNCES_MAILDIR = env.str("BOUNCES_MAILDIR", default="")
"""Folder into which the mail server delivers what comes back; the worker reads it."""
LEAVE_ADDRESS = env.str("LEAVE_ADDRESS", default="")
"""Mails to this address, with a token after a plus sign, end a subscription; they come in where bounces do. None if empty."""
KEEP_DELIVERIES_DAYS = env.int("KEEP_DELIVERIES_DAYS", default=90, validate=at_least(1))
"""Days after which the ledger keeps only how many were told, not who and with which words."""
KEEP_ADDRESSES_DAYS = env.int("KEEP_ADDRESSES_DAYS", default=28, validate=at_least(1))
"""Days after its end that a subscription loses its address."""
KEEP_LOOKUPS_DAYS = env.int("KEEP_LOOKUPS_DAYS", default=365, validate=at_least(1))
"""Days that it is kept who looked up followers' addresses in the admin."""

SECURE_REFERRER_POLICY = "same-origin"

LOGGING = logging("line")
