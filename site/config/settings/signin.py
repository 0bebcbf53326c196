"""How editors sign in: where, how often they may try, with what, and for how long. `docs/signing-in.md` explains it."""

import re
from datetime import timedelta
from typing import Final

from django.urls import reverse_lazy
from environs import Env, ValidationError, validate

env = Env()

TAKEN: Final = frozenset(
    {"anymail", "api", "categories", "companies", "de", "design", "documents", "en", "inbox", "jobs"}
)
TAKEN_BY_FILES: Final = frozenset({"media", "robots.txt", "static", "subscriptions"})


def is_free_path(path: str) -> None:
    """Raises `ValidationError` for what is no path, or that of something else."""
    if not re.fullmatch(r"/?[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*/?", path):
        raise ValidationError("ADMIN_PATH: write a path of letters, digits, - and _, such as office")
    if path.strip("/").partition("/")[0] in TAKEN | TAKEN_BY_FILES:
        raise ValidationError(f"ADMIN_PATH: {path} is the address of something else")


ADMIN_PATH = env.str("ADMIN_PATH", default="admin", validate=is_free_path).strip("/")
"""Below which path editors work, without slashes around it."""

SIGN_IN_TRIES = env.int("SIGN_IN_TRIES", default=5, validate=validate.Range(min=1))
"""How often in a row one client may mistype the password of one account, or a code of it, before it has to wait."""
SIGN_IN_COOL_OFF = env.int("SIGN_IN_COOL_OFF", default=15, validate=validate.Range(min=1))
"""Minutes that it then waits."""
SIGN_IN_TRIES_PER_CLIENT = env.int("SIGN_IN_TRIES_PER_CLIENT", default=50, validate=validate.Range(min=1))
"""How often in an hour one client may fail to sign in, whatever the accounts."""
CODE_TRIES_PER_ACCOUNT = env.int("CODE_TRIES_PER_ACCOUNT", default=100, validate=validate.Range(min=1))
"""How often in a day a code of one account may be mistyped, from anywhere, by somebody who has its password; on the first day nearly
twice as often (see `adapters/limits.py`)."""
SESSION_HOURS = env.int("SESSION_HOURS", default=12, validate=validate.Range(min=1))
"""After so many hours everybody signs in again (OWASP ASVS 5.0, 7.3.2); without “Remember me” also when the browser is closed."""

SESSION_COOKIE_AGE = SESSION_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LOGIN_URL = reverse_lazy("wagtailadmin_login")
LOGIN_REDIRECT_URL = reverse_lazy("wagtailadmin_home")

SIGN_IN_APPS = ["allauth", "allauth.account", "allauth.mfa", "axes"]
SIGN_IN_MIDDLEWARE = [
    "cms.signin.standing.StandingMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
"""After Django's authentication."""
LOCK_OUT_MIDDLEWARE = "axes.middleware.AxesMiddleware"
"""The last."""

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "cms.desk.sign_in.EditorBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "cms.signin.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "cms.signin.hashing.Scrypt",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
"""What is stored by the second, or with less work by the first, is stored by the first when its owner signs in the next time."""

# passwords that are guessed: django-axes
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = SIGN_IN_TRIES
AXES_COOLOFF_TIME = timedelta(minutes=SIGN_IN_COOL_OFF)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "cms.signin.throttle.client_hash"
AXES_USERNAME_CALLABLE = "cms.signin.throttle.account_hash"
AXES_CLIENT_STR_CALLABLE = "cms.signin.throttle.nobody"
AXES_LOCKOUT_CALLABLE = "cms.signin.throttle.locked_out"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code", "credential", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# the second factor: django-allauth, of which nobody sees more than what `cms/signin/urls.py` gives an address
ACCOUNT_ADAPTER = "cms.signin.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False  # those are kept in each process; `cms/signin/throttle.py` counts for all
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
MFA_ADAPTER = "cms.signin.adapters.SecondFactorAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1
"""Clocks of phones may be half a minute off, and typing takes time (RFC 6238 §5.2)."""
MFA_FORMS = {
    "authenticate": "cms.signin.forms.CodeForm",
    "reauthenticate": "cms.signin.forms.ConfirmingCodeForm",
    "activate_totp": "cms.signin.forms.FirstCodeForm",
    "add_webauthn": "cms.signin.passkeys.PasskeyForm",
    "authenticate_webauthn": "cms.signin.passkeys.InPlaceOfCodeForm",
    "login_webauthn": "cms.signin.passkeys.InPlaceOfPasswordForm",
    "reauthenticate_webauthn": "cms.signin.passkeys.ConfirmingPasskeyForm",
}
