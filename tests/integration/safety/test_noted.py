"""Whatever is done in the admin is in the site's history once, with who did it; also what Wagtail makes no note of."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    ModelLogEntry,
    Page,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.admin import noted as noting
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


def noted(model: type[Model], key: object) -> list[str]:
    """What was done to it. Somebody did, and that is noted, too."""
    kind = ContentType.objects.get_for_model(model)
    entries = ModelLogEntry.objects.filter(content_type=kind, object_id=str(key)).order_by("pk")
    entries = entries.exclude(action__startswith="board.")
    assert all(entry.user_id is not None and entry.uuid is not None for entry in entries)
    return [entry.action.removeprefix("wagtail.").removeprefix("cms.") for entry in entries]


@pytest.mark.parametrize("screen", [*SCREENS, *DOCUMENTS])
def test_an_upload_is(administrator: Client, screen: str) -> None:
    model, name, content = FILES["images" if "image" in screen else "documents"]
    upload(administrator, screen, name, content)
    assert noted(model, model.objects.get().pk) == ["create"]


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
    assert noted(model, pk) == ["create", "edit", "delete"]


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
        assert noted(model, key) == ["create", "edit", "edit", "delete"]


def test_closing_accounts_is(administrator: Client) -> None:
    colleague = make_editor()
    address = f"/admin/bulk/auth/user/set_active_state/?id={colleague.pk}"
    assert administrator.post(address, {"mark_as_active": "False"}).status_code == 302
    assert not User.objects.get(pk=colleague.pk).is_active
    assert noted(User, colleague.pk) == ["edit"]


@pytest.mark.parametrize("kind", FILES)
def test_what_wagtail_notes_itself_is_not_noted_twice(administrator: Client, kind: str) -> None:
    model, name, content = FILES[kind]
    upload(administrator, f"/admin/{kind}/add/", name, content)
    pk = model.objects.get().pk
    edit, delete = (f"{pk}/", f"{pk}/delete/") if kind == "images" else (f"edit/{pk}/", f"delete/{pk}/")
    assert administrator.post(f"/admin/{kind}/{edit}", {"title": "Better", "collection": "1"}).status_code == 302
    assert administrator.post(f"/admin/{kind}/{delete}").status_code == 302
    assert noted(model, pk) == ["create", "edit", "delete"]


def done(administrator: Client, address: str, **form: object) -> None:
    assert administrator.post(f"/admin/{address}", form).status_code in {200, 302}, address


@pytest.fixture
def logos() -> Collection:
    root = Collection.get_first_root_node()
    assert root is not None
    return root.add_child(name="Logos")


def test_what_is_done_to_a_collection_is(administrator: Client) -> None:
    root = Collection.get_first_root_node()
    assert root is not None
    done(administrator, "collections/add/", name="Logos", parent=root.pk)
    pk = Collection.objects.get(name="Logos").pk
    done(administrator, f"collections/{pk}/", name="Marks", parent=root.pk)
    done(administrator, f"collections/{pk}/delete/")
    assert not Collection.objects.filter(pk=pk).exists()
    assert noted(Collection, pk) == ["create", "edit", "delete"]


def test_who_may_see_a_collection_is(administrator: Client, logos: Collection) -> None:
    group = Group.objects.create(name="Designers")
    privacy = f"collections/{logos.pk}/privacy/"
    done(administrator, privacy, restriction_type="login")
    done(administrator, privacy, restriction_type="groups", groups=[group.pk])
    done(administrator, privacy, restriction_type="none")
    assert noted(Collection, logos.pk) == ["restrict_collection", "restrict_collection", "unrestrict_collection"]
    assert [entry.message for entry in ModelLogEntry.objects.for_instance(logos).order_by("pk")] == [
        "Who may see its files: private, accessible to any logged-in users",
        "Who may see its files: private, accessible to users in specific groups",
        "Who may see its files: everybody",
    ]
    done(administrator, privacy, restriction_type="login")
    done(administrator, f"collections/{logos.pk}/delete/")
    assert noted(Collection, logos.pk)[3:] == ["restrict_collection", "delete"]


def test_what_is_not_done_is_not(administrator: Client, logos: Collection) -> None:
    done(administrator, f"collections/{logos.pk}/privacy/", restriction_type="nobody")
    done(administrator, f"collections/{logos.pk}/", name="", parent="")
    assert noted(Collection, logos.pk) == []


def test_switching_workflows_and_tasks_off_and_on_is(administrator: Client) -> None:
    workflow = Workflow.objects.create(name="Two pairs of eyes")
    task = GroupApprovalTask.objects.create(name="Look at it")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    page = Page.objects.get(depth=2)
    WorkflowPage.objects.create(workflow=workflow, page=page)
    done(administrator, f"workflows/remove/{page.pk}/{workflow.pk}/")
    assert not WorkflowPage.objects.filter(workflow=workflow).exists()
    done(administrator, f"workflows/disable/{workflow.pk}/")
    done(administrator, f"workflows/enable/{workflow.pk}/")
    done(administrator, f"workflows/tasks/disable/{task.pk}/")
    done(administrator, f"workflows/tasks/enable/{task.pk}/")
    assert Workflow.objects.get(pk=workflow.pk).active
    assert Task.objects.get(pk=task.pk).active
    assert noted(Workflow, workflow.pk) == ["edit", "edit", "edit"]
    assert noted(Task, task.pk) + noted(GroupApprovalTask, task.pk) == ["edit", "edit"]


NOTED_BY_WAGTAIL: Final = {
    *("Page", "HomePage", "JobIndexPage", "JobPage", "JobLocation", "Comment", "CommentReply", "PageViewRestriction"),
    *("Site", "Locale", "Group", "User", "Company", "Category", "CategoryInLanguage", "BoardInLanguage"),
    # with the group, or the workflow, that they are part of
    *("GroupSitePermission", "GroupCollectionPermission", "GroupPagePermission", "WorkflowTask", "WorkflowContentType"),
    # with the account
    *("UserProfile", "Permission"),
}
NOTED_BY_US: Final = {"SignInRules", "Authenticator"}
MADE_BY_THE_WAY: Final = {
    *("ModelLogEntry", "PageLogEntry", "Revision", "ReferenceIndex", "IndexEntry", "Rendition", "Embed", "ContentType"),
    *("WorkflowState", "TaskState", "PageSubscription", "UploadedFile", "EditingSession", "FormState", "Admin"),
    *("Tag", "TaggedItem", "Session", "EmailAddress", "EmailConfirmation"),
    *("FormerAddress", "PasswordAsked", "SearchedText", "SessionStamp", "TextPrint"),
}


def test_of_every_kind_of_thing_it_is_known_who_notes_what_is_done_to_it() -> None:
    """What comes with a new Wagtail, or with a feature of ours, is thought of."""
    here = ("cms", "wagtail", "taggit", "auth", "mfa", "account", "contenttypes", "sessions")
    models = {model.__name__ for model in apps.get_models() if model._meta.app_label.startswith(here)}
    watched = {model.__name__ for model in noting.WATCHED}
    known = watched | NOTED_BY_WAGTAIL | NOTED_BY_US | MADE_BY_THE_WAY
    kinds_of_task, kinds_of_index = {"GroupApprovalTask"}, {"SQLiteFTSIndexEntry"}
    assert models - known - kinds_of_task - kinds_of_index == set()
