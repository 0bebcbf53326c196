"""What time it is, according to the machine."""

from datetime import datetime
from typing import override

from django.utils import timezone

from jobs_domain.ports import Clock


class SystemClock(Clock):
    @override
    def now(self) -> datetime:
        return timezone.now()
