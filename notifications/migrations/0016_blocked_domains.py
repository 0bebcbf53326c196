"""Domains that an operator has blocked."""

from django.db import migrations, models

WHY_NOT = [
    ("MINOR", "the editor marked the change as minor"),
    ("NO_CONTACT", "the company has given no contact address"),
    ("NOT_NEWS", "followers are not told of this"),
    ("OTHER_TOPIC", "it is about something that they do not follow"),
    ("BEFORE_FOLLOWING", "it happened before they followed"),
    ("NEVER_CONFIRMED", "they have not confirmed that they want to follow"),
    ("ALREADY_CONFIRMED", "they had confirmed before it was sent"),
    ("LAPSED", "the time to confirm had run out before it was sent"),
    ("ANSWERED", "they were no longer to be asked when it was to be sent"),
    ("LEFT", "they had stopped following before it was sent"),
    ("ERASED", "nothing is known about the subscription any more: it was erased"),
    ("REFUSED", "the mail server refused the message for good"),
    ("GAVE_UP", "the mail server put the message off until we gave up"),
    ("SUPPRESSED", "the address is on the list of those that get no mail"),
    ("BLOCKED_DOMAIN", "an operator has blocked the domain of the address"),
    ("MERGED", "it was told together with what followed soon after"),
    ("CHANGED_BACK", "it was changed back before anybody was told"),
    ("RECALLED", "an editor decided to tell nobody"),
]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0015_interest")]

    operations = [
        migrations.AlterField(
            model_name="delivery",
            name="reason",
            field=models.CharField(blank=True, choices=WHY_NOT, max_length=20),
        ),
        migrations.AlterField(
            model_name="notification",
            name="withheld",
            field=models.CharField(blank=True, choices=WHY_NOT, max_length=20),
        ),
    ]
