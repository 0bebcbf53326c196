"""Requests to follow, blocked domains, and what was asked and refused in each hour."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def forget_days(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Refusals are counted by the hour from now on."""
    apps.get_model("adapters", "DailyCount").objects.filter(what__in=["asked too often", "caught in the trap"]).delete()


class Migration(migrations.Migration):
    dependencies = [("adapters", "0008_digest_times_and_pauses")]

    operations = [
        migrations.CreateModel(
            name="BlockedDomain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(help_text="In lower-case ASCII.", max_length=253, unique=True)),
                ("note", models.CharField(blank=True, help_text="Why, for others who run the board.", max_length=255)),
                ("blocked_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"verbose_name": "blocked domain", "ordering": ["domain"]},
        ),
        migrations.CreateModel(
            name="FollowRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.CharField(help_text="As it was typed.", max_length=254)),
                ("address_key", models.CharField(db_index=True, help_text="As it is compared.", max_length=254)),
                ("topic", models.JSONField()),
                ("language", models.CharField(max_length=10)),
                ("frequency", models.CharField(max_length=10)),
                ("share_address", models.BooleanField()),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="HourlyCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField(help_text="When it began.")),
                ("what", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "count of sign-ups and refusals",
                "verbose_name_plural": "counts of sign-ups and refusals",
                "constraints": [models.UniqueConstraint(fields=("hour", "what"), name="one_count_an_hour")],
            },
        ),
        migrations.RunPython(forget_days, migrations.RunPython.noop),
    ]
