"""How often somebody may have the board write to an address."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("adapters", "0006_followers_by_frequency")]

    operations = [
        migrations.CreateModel(
            name="Allowance",
            fields=[
                (
                    "key",
                    models.CharField(
                        help_text="A keyed hash: neither address is kept.",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("used_until", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
