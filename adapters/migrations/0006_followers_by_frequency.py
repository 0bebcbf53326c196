"""With all that a fan-out asks for now, so that it need not look into the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("adapters", "0005_language")]

    operations = [
        migrations.RemoveIndex(model_name="subscriptionrecord", name="subscription_followers"),
        migrations.AddIndex(
            model_name="subscriptionrecord",
            index=models.Index(
                fields=["topic_key", "state", "subscription_id", "confirmed_at", "frequency"],
                name="subscription_followers",
            ),
        ),
    ]
