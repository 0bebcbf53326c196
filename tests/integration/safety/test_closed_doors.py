"""What Wagtail brings along, and nobody who works on the board needs: each would be an entry of its own."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction
from wagtail.users.models import UserProfile

from tests.integration.notifications import people
from tests.integration.safety.test_uploads import png

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def administrator() -> Client:
    return people.administrator()


def test_an_account_takes_no_picture(administrator: Client, settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    User.objects.update(email="ana@example.org")
    assert "avatar" not in administrator.get("/admin/account/").content.decode().partition("<main")[2]
    form = {
        "name_email-first_name": "Ana",
        "name_email-last_name": "Baker",
        "name_email-email": "ana@example.org",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
        "locale-current_time_zone": "",
        "locale-preferred_language": "",
    }
    picture = SimpleUploadedFile("me.png", png(), content_type="image/png")
    assert administrator.post("/admin/account/", form | {"avatar-avatar": picture}).status_code == 302
    assert not any(profile.avatar for profile in UserProfile.objects.all())
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


def test_one_that_was_taken_before_is_not_shown(administrator: Client) -> None:
    """Nobody serves it."""
    administrator.get("/admin/account/")
    assert UserProfile.objects.update(avatar="avatar_images/me.png")
    page = administrator.get("/admin/").content.decode()
    assert "avatar_images" not in page
    assert "default-user-avatar" in page


def test_no_collection_is_opened_by_a_shared_password(
    administrator: Client, settings: LazySettings, tmp_path: Path
) -> None:
    """It could be guessed for as long as one likes, and would stand in the database as it is."""
    settings.MEDIA_ROOT = tmp_path
    contracts = root_collection().add_child(name="Contracts")
    privacy = f"/admin/collections/{contracts.pk}/privacy/"
    assert "password" not in administrator.get(privacy).json()["html"]
    administrator.post(privacy, {"restriction_type": "password", "password": "Bread & Sons"})
    assert not CollectionViewRestriction.objects.exists()
    administrator.post(privacy, {"restriction_type": "login"})
    document = Document.objects.create(title="A", file=ContentFile(b"Terms", "a.txt"), collection=contracts)
    answer = Client().get(document.url)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/admin/login/?next={document.url}")
    asked = f"/documents/authenticate_with_password/{CollectionViewRestriction.objects.get().pk}/"
    assert Client().get(asked).status_code == Client().post(asked, {"password": ""}).status_code == 404


def test_one_that_had_a_password_is_for_those_who_sign_in() -> None:
    kept = CollectionViewRestriction.objects.create(
        collection=root_collection(), restriction_type=CollectionViewRestriction.PASSWORD, password="Bread & Sons"
    )
    import_module("cms.migrations.0011_no_shared_passwords").for_who_signs_in(apps, None)
    kept.refresh_from_db()
    assert (kept.restriction_type, kept.password) == (CollectionViewRestriction.LOGIN, "")


def test_the_board_fetches_nothing_that_an_editor_names(administrator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("requests.Session.request", lambda *_args, **named: asked.append(named))
    for address in ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://vimeo.com/1", "http://127.0.0.1/"):
        answer = administrator.post("/admin/embeds/chooser/upload/", {"embed-chooser-url": address})
        assert answer.json()["step"] == "chooser"
    assert not asked


def test_redirects_are_entered_not_imported(administrator: Client) -> None:
    """Wagtail would unpack a workbook of any size in memory, and leave the file behind."""
    page = administrator.get("/admin/redirects/")
    assert page.status_code == 200
    assert "Add redirect" in page.content.decode()
    assert "Import redirects" not in page.content.decode()
    for address in ("/admin/redirects/import/", "/admin/redirects/import/process/"):
        file = SimpleUploadedFile("redirects.csv", b"from,to\n/a,/b\n")
        assert administrator.get(address).status_code == 404
        assert administrator.post(address, {"import_file": file}).status_code == 404
        assert Client().get(address).status_code == 302


def root_collection() -> Collection:
    root = Collection.get_first_root_node()
    assert root is not None
    return root
