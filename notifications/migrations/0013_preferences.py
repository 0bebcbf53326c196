"""Links to all that somebody follows, on request; changes of address; addresses whose owners wish never to be written to."""

from django.db import migrations, models

AUDIENCES = [
    ("REQUESTER", "the person who asked to follow"),
    ("COMPANY", "the company that hires"),
    ("FOLLOWERS", "the followers"),
    ("OWNER", "the owner of an address"),
]
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
]
REASONS = [
    ("BOUNCED", "mail to it came back for good"),
    ("REFUSED", "the mail server refused it for good, again and again"),
    ("COMPLAINED", "its owner reported a message as spam"),
    ("BY_HAND", "put on the list by an operator"),
    ("BY_OWNER", "its owner wishes never to be written to"),
]


class Migration(migrations.Migration):
    dependencies = [("notifications", "0012_new_postings")]

    operations = [
        migrations.CreateModel(
            name="SignInRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address_key", models.CharField(max_length=254)),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("subscription_id", models.UUIDField(db_index=True, help_text="One of those of the old address.")),
                ("address", models.CharField(help_text="The new one.", max_length=254)),
                ("address_key", models.CharField(max_length=254)),
                ("asked_at", models.DateTimeField()),
            ],
        ),
        migrations.AlterField(
            model_name="notification", name="audience", field=models.CharField(choices=AUDIENCES, max_length=10)
        ),
        migrations.AlterField(
            model_name="notification", name="kind", field=models.CharField(choices=KINDS, max_length=12)
        ),
        migrations.AlterField(
            model_name="suppression", name="reason", field=models.CharField(choices=REASONS, max_length=10)
        ),
    ]
