"""Somebody has asked to set a password anew."""

from __future__ import annotations

from typing import override

from django.db import models


class PasswordAsked(models.Model):
    """Written down, not looked up, so that the answer takes as long for an address that nobody has. A worker sees to it and forgets it."""

    address = models.EmailField()
    asked_at = models.DateTimeField(auto_now_add=True)

    @override
    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}"
