"""How long news waits before followers are told: as editors have set it, or else as the operator has (`SETTLING_TIME`)."""

from datetime import timedelta

from django.conf import settings

from notifications.models import Timing


def settling_time() -> timedelta:
    minutes = Timing.objects.filter(pk=Timing.THE_ONE).values_list("minutes_until_told", flat=True).first()
    return operators_choice() if minutes is None else timedelta(minutes=minutes)


def operators_choice() -> timedelta:
    return timedelta(seconds=settings.SETTLING_TIME)
