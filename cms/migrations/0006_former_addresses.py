"""The addresses of deleted pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cms", "0005_text_prints")]

    operations = [
        migrations.CreateModel(
            name="FormerAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("posting_id", models.UUIDField()),
                ("path", models.CharField(db_index=True, max_length=1024)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("path", "posting_id"), name="cms_former_address_once"),
                ],
            },
        ),
    ]
