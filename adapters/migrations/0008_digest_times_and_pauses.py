"""When somebody wants digests, and until when nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("adapters", "0007_allowances")]

    operations = [
        migrations.AddField(
            model_name="subscriptionrecord",
            name="digest_hour",
            field=models.PositiveSmallIntegerField(
                help_text="Empty, as the next two, for the board's own.", null=True
            ),
        ),
        migrations.AddField(
            model_name="subscriptionrecord",
            name="digest_weekday",
            field=models.PositiveSmallIntegerField(help_text="0 is Monday.", null=True),
        ),
        migrations.AddField(
            model_name="subscriptionrecord",
            name="digest_zone",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="subscriptionrecord", name="paused_until", field=models.DateTimeField(null=True)
        ),
        migrations.RemoveIndex(model_name="subscriptionrecord", name="subscription_followers"),
        migrations.AddIndex(
            model_name="subscriptionrecord",
            index=models.Index(
                fields=["topic_key", "state", "subscription_id", "confirmed_at", "frequency", "paused_until"],
                name="subscription_followers",
            ),
        ),
    ]
