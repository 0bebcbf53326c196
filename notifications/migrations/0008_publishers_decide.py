"""Publishers may decide about news that waits, on the page of its notification, too."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PUBLISHERS = "Publishers"
CODENAME, NAME = "decide_news", "Can tell followers now, or nobody, what waits for its settling time"


def give(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Django makes permissions after all migrations; who needs them earlier makes them."""
    ContentType = apps.get_model("contenttypes", "ContentType")
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    content_type, _ = ContentType.objects.get_or_create(app_label="notifications", model="notification")
    for group in Group.objects.filter(name=PUBLISHERS):
        permission, _ = Permission.objects.get_or_create(
            content_type=content_type, codename=CODENAME, defaults={"name": NAME}
        )
        group.permissions.add(permission)


def take(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    of_role = Permission.objects.filter(content_type__app_label="notifications", codename=CODENAME)
    for group in Group.objects.filter(name=PUBLISHERS):
        group.permissions.remove(*of_role)


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0007_deciding_and_resending'),
        # the groups have their names from there
        ('cms', '0003_roles'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
    ]

    operations = [migrations.RunPython(give, take)]
