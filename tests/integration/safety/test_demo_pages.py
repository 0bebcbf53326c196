"""The pages of the demo show mails of anybody, and are nowhere else."""

from __future__ import annotations

import mailbox as maildirs
import os
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from config.demo import mailbox

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def test_a_mail_in_the_inbox_can_run_nothing(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "<script>alert(1)</script>", "a@example.org", "b@example.org"
    mail.set_content("Text <script>alert(1)</script>")
    mail.add_alternative("<html><head></head><body><script>alert(1)</script></body></html>", subtype="html")
    maildirs.Maildir(mailbox.folder()).add(mail)
    key = next(mailbox.mails()).key
    page = Client().get(f"/inbox/{key}/")
    assert "<script" not in page.content.decode()
    assert "sandbox=" in page.content.decode()
    policy = Client().get(f"/inbox/{key}/html/").headers["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'self'"} <= set(policy)
    assert any(part.startswith("sandbox ") and "allow-scripts" not in part for part in policy)
    assert not any(part.startswith("script-src") for part in policy)


def test_production_has_no_demo() -> None:
    production = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
        "SECRET_KEY": "k" * 60,
        "ALLOWED_HOSTS": "jobs.example.org",
        "MAIL_FROM": "jobs@example.org",
    }
    asked = (
        "import django; django.setup()\n"
        "from django.urls import resolve\n"
        "for path in ('/inbox/', '/design/'):\n"
        "    print(path, resolve(path).view_name)\n"
    )
    result = subprocess.run([sys.executable, "-c", asked], env=production, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert [line.split()[1] for line in result.stdout.splitlines()] == ["wagtail_serve"] * 2, result.stdout
