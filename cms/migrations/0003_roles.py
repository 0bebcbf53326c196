"""Editors write and submit; publishers publish, close and take down.

Both are the groups that Wagtail makes. Its “Moderators” become “Publishers” under the same key, so that the approval workflow that
names them goes on.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

EDITORS, PUBLISHERS, MODERATORS = "Editors", "Publishers", "Moderators"
SNIPPET_RIGHTS = {EDITORS: ("add", "change", "view"), PUBLISHERS: ("add", "change", "view", "delete")}
PAGE_RIGHTS = {
    EDITORS: ("add_page", "change_page"),
    PUBLISHERS: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    GroupPagePermission = apps.get_model("wagtailcore", "GroupPagePermission")
    Page = apps.get_model("wagtailcore", "Page")
    Permission = apps.get_model("auth", "Permission")

    Group.objects.filter(name=MODERATORS).update(name=PUBLISHERS)
    page_type, _ = ContentType.objects.get_or_create(app_label="wagtailcore", model="page")
    admin_type, _ = ContentType.objects.get_or_create(app_label="wagtailadmin", model="admin")
    enter, _ = Permission.objects.get_or_create(
        content_type=admin_type, codename="access_admin", defaults={"name": "Can access Wagtail admin"}
    )
    root = Page.objects.get(depth=1)
    for role, rights in PAGE_RIGHTS.items():
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.add(enter, *_snippet_permissions(apps, role))
        for codename in rights:
            permission, _ = Permission.objects.get_or_create(
                content_type=page_type, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
            )
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)


def take(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Group = apps.get_model("auth", "Group")
    for role in SNIPPET_RIGHTS:
        for group in Group.objects.filter(name=role):
            group.permissions.remove(*_snippet_permissions(apps, role))
    Group.objects.filter(name=PUBLISHERS).update(name=MODERATORS)


def _snippet_permissions(apps: StateApps, role: str) -> list[object]:
    """Django makes permissions after all migrations; who needs them earlier makes them."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    permissions: list[object] = []
    for model in ("company", "category"):
        content_type, _ = ContentType.objects.get_or_create(app_label="cms", model=model)
        for right in SNIPPET_RIGHTS[role]:
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type, codename=f"{right}_{model}", defaults={"name": f"Can {right} {model}"}
            )
            permissions.append(permission)
    return permissions


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0002_home_and_board"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailimages", "0027_image_description"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [migrations.RunPython(give, take)]
