"""New postings, for those who follow searches."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0011_digests")]

    operations = [
        migrations.CreateModel(
            name="NewPosting",
            fields=[
                ("posting_id", models.UUIDField(primary_key=True, serialize=False)),
                ("noted_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
