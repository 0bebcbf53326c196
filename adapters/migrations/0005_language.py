"""In which language the mails of a subscription are written; of those that there are, in the board's own."""

from django.db import migrations, models

import adapters.web.languages


class Migration(migrations.Migration):
    dependencies = [("adapters", "0004_touched")]

    operations = [
        migrations.AddField(
            model_name="subscriptionrecord",
            name="language",
            field=models.CharField(
                default=adapters.web.languages.own, help_text="In which its mails are written.", max_length=10
            ),
        ),
    ]
