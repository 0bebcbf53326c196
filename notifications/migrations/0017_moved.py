"""An address from which everything moved to another is told so."""

from django.db import migrations, models

KINDS = [
    ("CONFIRMATION", "please confirm"),
    ("NEW_FOLLOWER", "one more follower"),
    ("REVISED", "the posting changed"),
    ("CLOSED", "the posting closed"),
    ("REOPENED", "the posting is open again"),
    ("RETIRED", "the posting was taken down"),
    ("DIGEST", "what changed since the last digest"),
    ("SIGN_IN", "a link to all that somebody follows"),
    ("MOVE", "do you want to get this here?"),
    ("INTEREST", "do you still want to get this?"),
    ("MOVED", "all of it goes to another address now"),
]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0016_blocked_domains")]

    operations = [
        migrations.AlterField(
            model_name="notification", name="kind", field=models.CharField(choices=KINDS, max_length=12)
        ),
    ]
