"""When a form was made, signed: who sends it back a moment later has not filled it in by hand.

Pages are kept for some minutes and given to many, so a stamp may be older than the visit. An older one is as good as any.
"""

from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner

from adapters.hourly import Counted

_WHAT = "form"


def fresh() -> str:
    """Empty if no time to fill in a form is asked for."""
    return _signer().sign(_WHAT) if settings.MINIMUM_FILL_TIME else ""


def again(came: str) -> str:
    """For a form that is shown once more: the stamp that came with it, so that nobody need wait anew; a fresh one if that is not ours."""
    is_ours = bool(settings.MINIMUM_FILL_TIME) and objection_to(came) is not Counted.NO_STAMP
    return came if is_ours else fresh()


def objection_to(stamp: str) -> Counted | None:
    if not settings.MINIMUM_FILL_TIME:
        return None
    try:
        _signer().unsign(stamp, max_age=timedelta(seconds=settings.MINIMUM_FILL_TIME))
    except SignatureExpired:  # it is old enough
        return None
    except BadSignature:
        return Counted.NO_STAMP
    return Counted.TOO_QUICK


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="board.stamps")
