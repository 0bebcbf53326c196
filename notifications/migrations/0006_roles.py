"""Editors and publishers see what is sent; publishers may also have sent again what failed."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

EDITORS, PUBLISHERS = "Editors", "Publishers"
RIGHTS = {
    EDITORS: {"view_notification": "Can view notification"},
    PUBLISHERS: {
        "view_notification": "Can view notification",
        "retry_deliveries": "Can have failed messages sent again",
    },
}


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Django makes permissions after all migrations; who needs them earlier makes them."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(app_label="notifications", model="notification")
    for role, rights in RIGHTS.items():
        for group in Group.objects.filter(name=role):
            for codename, name in rights.items():
                permission, _ = Permission.objects.get_or_create(
                    content_type=content_type, codename=codename, defaults={"name": name}
                )
                group.permissions.add(permission)


def take(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for role, rights in RIGHTS.items():
        of_role = Permission.objects.filter(content_type__app_label="notifications", codename__in=rights)
        for group in Group.objects.filter(name=role):
            group.permissions.remove(*of_role)


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0005_editors'),
        # the groups have their names from there
        ('cms', '0003_roles'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [migrations.RunPython(give, take)]
