"""Postings whose followers are to be let go."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0009_translations")]

    operations = [
        migrations.CreateModel(
            name="Farewell",
            fields=[
                ("posting_id", models.UUIDField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField()),
            ],
        ),
    ]
