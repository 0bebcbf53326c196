"""Whatever is done to a picture, a document or an account in the admin is in the site's history once, with who did it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, ModelLogEntry

from tests.integration.cms.factories import make_editor
from tests.integration.notifications import people
from tests.integration.safety.test_uploads import DOCUMENTS, SCREENS, png, pytestmark, upload

__all__ = ["pytestmark"]

PDF: Final = b"%PDF-1.4 that is all"
FILES: Final[dict[str, tuple[type[Image | Document], str, bytes]]] = {
    "images": (Image, "red.png", png()),
    "documents": (Document, "terms.pdf", PDF),
}


@pytest.fixture(autouse=True)
def uploads(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def administrator() -> Client:
    return people.administrator()


def noted(key: object) -> list[str]:
    """What was done to it. Somebody did, and that is noted, too."""
    entries = ModelLogEntry.objects.filter(object_id=str(key)).exclude(action__startswith="board.").order_by("pk")
    assert all(entry.user_id is not None for entry in entries)
    return [entry.action.removeprefix("wagtail.") for entry in entries]


@pytest.mark.parametrize("screen", [*SCREENS, *DOCUMENTS])
def test_an_upload_is(administrator: Client, screen: str) -> None:
    model, name, content = FILES["images" if "image" in screen else "documents"]
    upload(administrator, screen, name, content)
    assert noted(model.objects.get().pk) == ["create"]


@pytest.mark.parametrize("kind", FILES)
def test_what_is_done_right_after_many_were_uploaded_is(administrator: Client, kind: str) -> None:
    model, name, content = FILES[kind]
    upload(administrator, f"/admin/{kind}/multiple/add/", name, content)
    pk = model.objects.get().pk
    prefix = "image" if kind == "images" else "doc"
    form = {f"{prefix}-{pk}-title": "Better", f"{prefix}-{pk}-collection": "1", f"{prefix}-{pk}-tags": ""}
    assert administrator.post(f"/admin/{kind}/multiple/{pk}/", form).json()["success"]
    assert model.objects.get().title == "Better"
    assert administrator.post(f"/admin/{kind}/multiple/{pk}/delete/").json()["success"]
    assert noted(pk) == ["create", "edit", "delete"]


@pytest.mark.parametrize("kind", FILES)
def test_what_is_done_to_many_at_once_is(administrator: Client, kind: str) -> None:
    model, name, content = FILES[kind]
    for _ in range(2):
        upload(administrator, f"/admin/{kind}/multiple/add/", name, content)
    keys = [each.pk for each in model.objects.all()]
    named = "&".join(f"id={key}" for key in keys)
    label = "wagtailimages/image" if kind == "images" else "wagtaildocs/document"
    root = Collection.get_first_root_node()
    assert root is not None
    other = root.add_child(name="Logos")
    for action, form in (
        ("add_tags", {"tags": "red"}),
        ("add_to_collection", {"collection": other.pk}),
        ("delete", {}),
    ):
        assert administrator.post(f"/admin/bulk/{label}/{action}/?{named}", form).status_code == 302
    assert not model.objects.exists()
    for key in keys:
        assert noted(key) == ["create", "edit", "edit", "delete"]


def test_closing_accounts_is(administrator: Client) -> None:
    colleague = make_editor()
    address = f"/admin/bulk/auth/user/set_active_state/?id={colleague.pk}"
    assert administrator.post(address, {"mark_as_active": "False"}).status_code == 302
    assert not User.objects.get(pk=colleague.pk).is_active
    assert noted(colleague.pk) == ["edit"]


@pytest.mark.parametrize("kind", FILES)
def test_what_wagtail_notes_itself_is_not_noted_twice(administrator: Client, kind: str) -> None:
    model, name, content = FILES[kind]
    upload(administrator, f"/admin/{kind}/add/", name, content)
    pk = model.objects.get().pk
    edit, delete = (f"{pk}/", f"{pk}/delete/") if kind == "images" else (f"edit/{pk}/", f"delete/{pk}/")
    assert administrator.post(f"/admin/{kind}/{edit}", {"title": "Better", "collection": "1"}).status_code == 302
    assert administrator.post(f"/admin/{kind}/{delete}").status_code == 302
    assert noted(pk) == ["create", "edit", "delete"]
