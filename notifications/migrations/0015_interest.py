"""When to ask followers whether they still want what they follow."""

from datetime import timedelta
from itertools import batched
from typing import Final

from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SLICE: Final = 2_000
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
]
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
    ("SUPPRESSED", "mail to the address came back, or its owner complained: it gets no more"),
    ("MERGED", "it was told together with what followed soon after"),
    ("CHANGED_BACK", "it was changed back before anybody was told"),
    ("RECALLED", "an editor decided to tell nobody"),
]


def plan_for_those_who_follow(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """By when they confirmed, or last had something changed."""
    subscriptions = apps.get_model("adapters", "SubscriptionRecord")
    plans = apps.get_model("notifications", "InterestPlan")
    followers = subscriptions.objects.filter(state="CONFIRMED").values_list("subscription_id", "confirmed_at", "added_at")
    for some in batched(followers.iterator(chunk_size=SLICE), SLICE):
        signs = ((pk, max(confirmed_at, added_at)) for pk, confirmed_at, added_at in some)
        plans.objects.bulk_create(
            plans(
                subscription_id=pk,
                silent_since=last,
                due_at=last + timedelta(days=settings.INTEREST_AFTER_DAYS),
            )
            for pk, last in signs
        )


class Migration(migrations.Migration):
    dependencies = [("notifications", "0014_alerts"), ("adapters", "0008_digest_times_and_pauses")]

    operations = [
        migrations.AlterField(
            model_name="notification", name="kind", field=models.CharField(choices=KINDS, max_length=12)
        ),
        migrations.AlterField(
            model_name="notification",
            name="withheld",
            field=models.CharField(blank=True, choices=WHY_NOT, max_length=20),
        ),
        migrations.AlterField(
            model_name="delivery", name="reason", field=models.CharField(blank=True, choices=WHY_NOT, max_length=20)
        ),
        migrations.CreateModel(
            name="InterestPlan",
            fields=[
                ("subscription_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "silent_since",
                    models.DateTimeField(
                        help_text="The last sign, or when it was found that a question had not arrived."
                    ),
                ),
                ("due_at", models.DateTimeField()),
                (
                    "question",
                    models.UUIDField(
                        help_text="The notification that asks, as long as there is no answer.", null=True
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["due_at"], name="interest_due")]},
        ),
        migrations.RunPython(plan_for_those_who_follow, migrations.RunPython.noop),
    ]
