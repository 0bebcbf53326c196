"""New postings find the searches that are followed, and are told at once, too."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_what_is_followed(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """The worker gives them anchors, which the program of that time knows."""
    followed = apps.get_model("notifications", "FollowedSearch")
    records = apps.get_model("adapters", "SubscriptionRecord").objects.filter(
        topic_key__startswith="search:", state="CONFIRMED"
    )
    topics = dict(records.values_list("topic_key", "topic"))
    followed.objects.bulk_create([followed(topic_key=key, topic=topic) for key, topic in topics.items()])


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0013_preferences"),
        ("adapters", "0008_digest_times_and_pauses"),
    ]

    operations = [
        migrations.CreateModel(
            name="FollowedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic_key", models.CharField(max_length=80, unique=True)),
                ("topic", models.JSONField()),
                (
                    "needs",
                    models.JSONField(default=list, help_text="A posting that it shows has a number of each."),
                ),
                (
                    "anchors_version",
                    models.PositiveSmallIntegerField(db_index=True, default=0, help_text="0 until it has any."),
                ),
            ],
            options={"verbose_name_plural": "followed searches"},
        ),
        migrations.CreateModel(
            name="SearchAnchor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.BigIntegerField()),
                (
                    "search",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="anchors",
                        to="notifications.followedsearch",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("value", "search"), name="search_by_anchor")],
            },
        ),
        migrations.CreateModel(
            name="SearchMatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("posting_id", models.UUIDField(db_index=True)),
                ("noted_at", models.DateTimeField(db_index=True)),
                (
                    "search",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matches",
                        to="notifications.followedsearch",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "search matches",
                "constraints": [
                    models.UniqueConstraint(fields=("search", "posting_id"), name="one_match_per_posting")
                ],
            },
        ),
        migrations.AddField(
            model_name="digestplan",
            name="told_match",
            field=models.BigIntegerField(default=0, help_text="The last match of the search that was told."),
        ),
        migrations.AlterField(
            model_name="digestplan",
            name="due_at",
            field=models.DateTimeField(
                help_text="Empty until something is found, for those who hear at once.", null=True
            ),
        ),
        migrations.AddField(
            model_name="notification",
            name="also_for",
            field=models.JSONField(
                default=list,
                help_text="Other subscriptions of the same follower that the one message is about, too.",
            ),
        ),
        migrations.RunPython(keep_what_is_followed, migrations.RunPython.noop),
    ]
