"""Files behind a password that many share, which stood here as it is: they are for those who sign in."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

PASSWORD = "password"
LOGIN = "login"


def for_who_signs_in(apps: StateApps, _schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    restrictions = apps.get_model("wagtailcore", "CollectionViewRestriction")
    restrictions._default_manager.filter(restriction_type=PASSWORD).update(restriction_type=LOGIN, password="")


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0010_session_stamps"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [migrations.RunPython(for_who_signs_in, migrations.RunPython.noop, elidable=True)]
