"""Which sessions of an account still count."""

from __future__ import annotations

from typing import override
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import models


class SessionStamp(models.Model):
    """Those that carry this: whatever is changed about the second factor gives the account another one (`cms/signin/stamps.py`)."""

    # without a constraint, the version before this table can still remove accounts
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="session_stamp", db_constraint=False)
    value = models.UUIDField(default=uuid4)

    @override
    def __str__(self) -> str:
        return str(self.value)
