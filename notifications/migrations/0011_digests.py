"""Who is told once a day or once a week, and when next."""

from django.db import migrations, models

KINDS = [
    ("CONFIRMATION", "please confirm"),
    ("NEW_FOLLOWER", "one more follower"),
    ("REVISED", "the posting changed"),
    ("CLOSED", "the posting closed"),
    ("REOPENED", "the posting is open again"),
    ("RETIRED", "the posting was taken down"),
    ("DIGEST", "what changed since the last digest"),
]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0010_farewell")]

    operations = [
        migrations.CreateModel(
            name="DigestPlan",
            fields=[
                ("subscription_id", models.UUIDField(primary_key=True, serialize=False)),
                ("told_until", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
            ],
            options={"indexes": [models.Index(fields=["due_at"], name="digest_due")]},
        ),
        migrations.AlterField(
            model_name="notification", name="kind", field=models.CharField(choices=KINDS, max_length=12)
        ),
    ]
