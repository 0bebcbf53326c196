"""The words of a notification in the languages of those who follow. What was written before is sent as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0008_publishers_decide")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="translations",
            field=models.JSONField(
                default=dict, help_text="Subject, text and html in other languages than the board's own, by language."
            ),
        ),
    ]
