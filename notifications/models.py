"""The ledger: what there was to tell, to whom, and what became of each message."""

import uuid
from typing import ClassVar, override

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q


class Audience(models.TextChoices):
    REQUESTER = "REQUESTER", "the person who asked to follow"
    COMPANY = "COMPANY", "the company that hires"
    FOLLOWERS = "FOLLOWERS", "the followers"
    OWNER = "OWNER", "the owner of an address"


class Kind(models.TextChoices):
    CONFIRMATION = "CONFIRMATION", "please confirm"
    NEW_FOLLOWER = "NEW_FOLLOWER", "one more follower"
    REVISED = "REVISED", "the posting changed"
    CLOSED = "CLOSED", "the posting closed"
    REOPENED = "REOPENED", "the posting is open again"
    RETIRED = "RETIRED", "the posting was taken down"
    DIGEST = "DIGEST", "what changed since the last digest"
    SIGN_IN = "SIGN_IN", "a link to all that somebody follows"
    MOVE = "MOVE", "do you want to get this here?"
    INTEREST = "INTEREST", "do you still want to get this?"
    MOVED = "MOVED", "all of it goes to another address now"


class Lane(models.IntegerChoices):
    """The lower the number, the sooner it is sent."""

    TRANSACTIONAL = 0, "somebody is waiting for it"
    IMMEDIATE = 1, "news as it happens"
    DIGEST = 2, "news of a day or a week"


class WhyNot(models.TextChoices):
    """Why somebody was not told."""

    MINOR = "MINOR", "the editor marked the change as minor"
    NO_CONTACT = "NO_CONTACT", "the company has given no contact address"
    NOT_NEWS = "NOT_NEWS", "followers are not told of this"
    OTHER_TOPIC = "OTHER_TOPIC", "it is about something that they do not follow"
    BEFORE_FOLLOWING = "BEFORE_FOLLOWING", "it happened before they followed"
    NEVER_CONFIRMED = "NEVER_CONFIRMED", "they have not confirmed that they want to follow"
    ALREADY_CONFIRMED = "ALREADY_CONFIRMED", "they had confirmed before it was sent"
    LAPSED = "LAPSED", "the time to confirm had run out before it was sent"
    ANSWERED = "ANSWERED", "they were no longer to be asked when it was to be sent"
    LEFT = "LEFT", "they had stopped following before it was sent"
    ERASED = "ERASED", "nothing is known about the subscription any more: it was erased"
    REFUSED = "REFUSED", "the mail server refused the message for good"
    GAVE_UP = "GAVE_UP", "the mail server put the message off until we gave up"
    SUPPRESSED = "SUPPRESSED", "the address is on the list of those that get no mail"
    BLOCKED_DOMAIN = "BLOCKED_DOMAIN", "an operator has blocked the domain of the address"
    MERGED = "MERGED", "it was told together with what followed soon after"
    CHANGED_BACK = "CHANGED_BACK", "it was changed back before anybody was told"
    RECALLED = "RECALLED", "an editor decided to tell nobody"


class Notification(models.Model):
    """One change × one audience, with its text as it is sent, in each language in which somebody may read it.

    Marks (`personal.py`) stand for what each message has of its own. One that is withheld is told nobody, and says why; if that is
    because its news is part of a later one's, `merged_into` is that one's id. Deliveries are made from `release_at` on, in the order of
    the subscriptions' ids: `fanned_out_up_to` is the last that has one, and `fanned_out_at` is set once there is one for everybody it
    is meant for.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    event_id = models.UUIDField()
    occurred_at = models.DateTimeField(help_text="When the change happened.")
    audience = models.CharField(max_length=10, choices=Audience)
    kind = models.CharField(max_length=12, choices=Kind)
    lane = models.PositiveSmallIntegerField(choices=Lane)
    posting_id = models.UUIDField(null=True, help_text="Empty for what is about a search.")
    subscription_id = models.UUIDField(
        null=True, db_index=True, help_text="Because of which it is told, if it is because of one."
    )
    also_for = models.JSONField[list[str]](
        default=list, help_text="Other subscriptions of the same follower that the one message is about, too."
    )
    contact_address = models.CharField(
        max_length=254, blank=True, help_text="Where it goes if not to the subscriptions' own addresses."
    )
    withheld = models.CharField(max_length=20, choices=WhyNot, blank=True)
    merged_into = models.UUIDField(null=True)
    note = models.TextField(  # noqa: DJ001 - an editor may also wish that nothing is said
        null=True,
        help_text="What followers read in place of what was said to the events; null if no editor changed that.",
    )
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    translations = models.JSONField[dict[str, dict[str, str]]](
        default=dict, help_text="Subject, text and html in other languages than the board's own, by language."
    )
    created_at = models.DateTimeField()
    release_at = models.DateTimeField(help_text="Deliveries are made from then on.")
    fanned_out_up_to = models.UUIDField(null=True)
    fanned_out_at = models.DateTimeField(null=True)
    counts = models.JSONField[dict[str, int]](
        default=dict, help_text="How many deliveries ended in which state, once they are no longer kept one by one."
    )
    pruned_at = models.DateTimeField(null=True, help_text="Since when nothing but these numbers is kept.")
    request_id = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="Because of which it is."
    )
    traceparent = models.CharField(max_length=55, default="", db_default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_id", "audience"], name="one_notification_per_audience"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["release_at"], name="notification_to_fan_out", condition=Q(fanned_out_at=None)),
            models.Index(fields=["created_at"], name="notification_to_prune", condition=Q(pruned_at=None)),
            models.Index(fields=["created_at"], name="notification_by_age"),
            # a posting with many followers has as many messages to its company
            models.Index(fields=["posting_id", "audience", "release_at"], name="notification_of_posting"),
        ]
        permissions: ClassVar = [
            ("retry_deliveries", "Can have failed messages sent again"),
            ("see_addresses", "Can look up followers by address, and see addresses in full"),
            ("decide_news", "Can tell followers now, or nobody, what waits for its settling time"),
        ]

    @override
    def __str__(self) -> str:
        return self.subject or f"{self.kind}: {self.withheld}"

    @property
    def goes_elsewhere(self) -> bool:
        """Whether it goes to `contact_address`, which is empty when it is no longer known, and not to the subscriptions' own."""
        return self.audience == Audience.COMPANY or self.kind == Kind.MOVE


class Delivery(models.Model):
    """One notification for one subscription.

    It is unfinished as long as `finished_at` is empty. `next_attempt_at` is set only when it has been put off. `attempts` counts
    answers of the mail server. Nothing that changes when it is sent is indexed: a fan-out to a million followers writes, and a mark
    touches, as little as possible. Who may send it when is for its `Batch` to say.
    """

    class State(models.TextChoices):
        WAITING = "WAITING", "waiting"
        SENT = "SENT", "sent"
        FAILED = "FAILED", "failed"
        SKIPPED = "SKIPPED", "not sent"

    # Without a constraint in the database: a fan-out to a million followers takes more than twice as long with one.
    # Without an index of its own: the unique one begins with it.
    notification = models.ForeignKey(
        Notification, on_delete=models.DO_NOTHING, related_name="deliveries", db_constraint=False, db_index=False
    )
    # Not by itself: `reach.py` finds a person's deliveries by what they follow.
    subscription_id = models.UUIDField()
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(max_length=20, choices=WhyNot, blank=True)
    attempts = models.PositiveSmallIntegerField()
    next_attempt_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(
        null=True, help_text="When it was sent, or when it was clear that it would not be."
    )

    class Meta:
        verbose_name_plural = "deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "subscription_id"], name="one_delivery_per_subscription"),
            models.CheckConstraint(
                condition=(
                    Q(state="WAITING", finished_at=None, reason="")
                    | Q(state="SENT", finished_at__isnull=False, reason="")
                    | (Q(state__in=["FAILED", "SKIPPED"], finished_at__isnull=False) & ~Q(reason=""))
                ),
                name="delivery_state_is_whole",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.subscription_id}: {self.state}"


class Batch(models.Model):
    """A stretch of a notification's deliveries, by the ids of their subscriptions, that one worker sends at a time.

    There is one for every unfinished delivery, and no two overlap. `due_at` is when a worker may take it; while one holds it, the end
    of that worker's lease. It is gone when all its deliveries are finished.
    """

    notification = models.ForeignKey(
        Notification, on_delete=models.DO_NOTHING, related_name="batches", db_constraint=False
    )
    lane = models.PositiveSmallIntegerField(choices=Lane, help_text="That of the notification.")
    first = models.UUIDField()
    last = models.UUIDField(help_text="Itself included.")
    due_at = models.DateTimeField()
    holder = models.UUIDField(null=True, help_text="The claim of the worker that holds it.")

    class Meta:
        verbose_name_plural = "batches"
        indexes: ClassVar = [models.Index(fields=["lane", "due_at", "id"], name="batch_due")]

    @override
    def __str__(self) -> str:
        return f"{self.notification_id} {self.first} – {self.last}"


class LanePause(models.Model):
    """The mail server takes nothing at present: why, since when, and when it is asked again."""

    lane = models.PositiveSmallIntegerField(choices=Lane, primary_key=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    times = models.PositiveIntegerField(help_text="How often in a row it refused.")
    answer = models.TextField()

    @override
    def __str__(self) -> str:
        return f"{Lane(self.lane).name} until {self.until:%Y-%m-%d %H:%M:%S}: {self.answer}"


class NewPosting(models.Model):
    """A posting that came onto the list for the first time, or again after a long while, at `noted_at`."""

    posting_id = models.UUIDField(primary_key=True)
    noted_at = models.DateTimeField(db_index=True)

    @override
    def __str__(self) -> str:
        return f"{self.posting_id} {self.noted_at:%Y-%m-%d %H:%M}"


class FollowedSearch(models.Model):
    """A search that somebody follows, or did not long ago; once for all who do. It is looked for by its anchors."""

    topic_key = models.CharField(max_length=80, unique=True)
    topic = models.JSONField[dict[str, object]]()
    needs = models.JSONField[list[list[int]]](default=list, help_text="A posting that it shows has a number of each.")
    anchors_version = models.PositiveSmallIntegerField(default=0, db_index=True, help_text="0 until it has any.")

    class Meta:
        verbose_name_plural = "followed searches"

    @override
    def __str__(self) -> str:
        return self.topic_key


class SearchAnchor(models.Model):
    """A number that a posting has which the list shows for the search (`adapters.searching`)."""

    value = models.BigIntegerField()
    search = models.ForeignKey(FollowedSearch, on_delete=models.CASCADE, related_name="anchors")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["value", "search"], name="search_by_anchor"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.value} {self.search_id}"


class SearchMatch(models.Model):
    """A new posting that the list showed for a followed search when it was new. `noted_at` is that of the posting.

    The ids of one search's matches go up in the order in which they are committed (`alerts.TURN`): who has read up to one of them has
    missed none.
    """

    search = models.ForeignKey(FollowedSearch, on_delete=models.CASCADE, related_name="matches")
    posting_id = models.UUIDField(db_index=True)
    noted_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "search matches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["search", "posting_id"], name="one_match_per_posting"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.search_id} {self.posting_id}"


class DigestPlan(models.Model):
    """When somebody hears next who does not want to hear at once, and up to when, or up to which match, they were told.

    There is one for each subscription that is told by digests, and for a while for one that was; and for each search that is told at
    once, whose digest is due when something was found.
    """

    subscription_id = models.UUIDField(primary_key=True)
    told_until = models.DateTimeField()
    told_match = models.BigIntegerField(default=0, help_text="The last match of the search that was told.")
    due_at = models.DateTimeField(null=True, help_text="Empty until something is found, for those who hear at once.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="digest_due")]

    @override
    def __str__(self) -> str:
        return (
            str(self.subscription_id) if self.due_at is None else f"{self.subscription_id} {self.due_at:%Y-%m-%d %H:%M}"
        )


class InterestPlan(models.Model):
    """Since when nothing shows that a follower is still there, and when something is to be done about that; see `interest.py`.

    There is one for each subscription that is confirmed.
    """

    subscription_id = models.UUIDField(primary_key=True)
    silent_since = models.DateTimeField(
        help_text="The last sign, or when it was found that a question had not arrived."
    )
    due_at = models.DateTimeField()
    question = models.UUIDField(null=True, help_text="The notification that asks, as long as there is no answer.")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["due_at"], name="interest_due")]

    @override
    def __str__(self) -> str:
        return f"{self.subscription_id} {self.due_at:%Y-%m-%d %H:%M}"


class SignInRequest(models.Model):
    """Somebody asked that a link to all that is followed be sent to the address; gone as soon as that is done, or there is nothing."""

    address_key = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    request_id = models.CharField(
        max_length=64, default="", db_default="", blank=True, help_text="Because of which it is."
    )
    traceparent = models.CharField(max_length=55, default="", db_default="", blank=True)

    @override
    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}"


class AddressChange(models.Model):
    """Somebody wants to be told at another address, which has not agreed yet. The id is that of the notification to that address."""

    id = models.UUIDField(primary_key=True)
    subscription_id = models.UUIDField(db_index=True, help_text="One of those of the old address.")
    address = models.CharField(max_length=254, help_text="The new one.")
    address_key = models.CharField(max_length=254)
    asked_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.subscription_id} {self.asked_at:%Y-%m-%d %H:%M}"


class Farewell(models.Model):
    """A posting that was taken down and whose followers have a delivery of that news: their subscriptions are to end now."""

    posting_id = models.UUIDField(primary_key=True)
    since = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return str(self.posting_id)


class Suppression(models.Model):
    """An address that gets no mail. The address itself is not kept: `address_hash` tells it again when it is met."""

    class Reason(models.TextChoices):
        BOUNCED = "BOUNCED", "mail to it came back for good"
        REFUSED = "REFUSED", "the mail server refused it for good, again and again"
        COMPLAINED = "COMPLAINED", "its owner reported a message as spam"
        BY_HAND = "BY_HAND", "put on the list by an operator"
        BY_OWNER = "BY_OWNER", "its owner wishes never to be written to"

    address_hash = models.CharField(max_length=64, primary_key=True)
    reason = models.CharField(max_length=10, choices=Reason)
    since = models.DateTimeField()
    detail = models.TextField(blank=True, help_text="What the server or the report said, without the address.")

    @override
    def __str__(self) -> str:
        return f"{self.reason} {self.since:%Y-%m-%d}"


class Pace(models.Model):
    """When the next message may leave, over all workers: for all messages (an empty domain) or for a recipient's domain."""

    domain = models.CharField(primary_key=True, max_length=255)
    free_at = models.DateTimeField()

    @override
    def __str__(self) -> str:
        return f"{self.domain or 'all'}: {self.free_at:%H:%M:%S}"


class DeliveryAttempt(models.Model):
    """An answer of the mail server other than yes, or what came back later; without the recipient's address."""

    class Outcome(models.TextChoices):
        DEFERRED = "DEFERRED", "refused for now"
        REFUSED = "REFUSED", "refused for good"
        BOUNCED = "BOUNCED", "came back after it had been accepted"
        COMPLAINED = "COMPLAINED", "reported as spam"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="answers")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    answer = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="attempt_by_instant")]

    @override
    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.outcome} {self.answer}"


class Resending(models.Model):
    """The last wish of an editor that what failed by `asked_at` be sent again, of one notification or of all.

    It is under way as long as `finished_at` is empty. Deliveries are dealt with in the order of their notifications' and
    subscriptions' ids: `notification_id` is the one in hand, and `subscription_id` the last of it that was dealt with.
    """

    EVERYTHING: ClassVar = uuid.UUID(int=0)

    scope = models.UUIDField(primary_key=True, help_text="The notification; zero for all.")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    notification_id = models.UUIDField(null=True)
    subscription_id = models.UUIDField(null=True)
    again = models.PositiveIntegerField(default=0, help_text="Deliveries that wait again.")
    suppressed = models.PositiveIntegerField(default=0, help_text="Those that do not: the address gets no mail.")
    unknown = models.PositiveIntegerField(default=0, help_text="Those that do not: the address is no longer known.")

    @override
    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M:%S}: {self.again} again"


class Timing(models.Model):
    """When followers are told, where editors want it otherwise than the operator has set it. There is one row, or none."""

    THE_ONE: ClassVar = 1
    MOST: ClassVar = 24 * 60

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    minutes_until_told = models.PositiveSmallIntegerField(
        "minutes until followers are told",
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST)],
    )

    class Meta:
        verbose_name = "time of mails"
        verbose_name_plural = "times of mails"
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_timing")]

    @override
    def __str__(self) -> str:
        return "Mails"


class AddressLookup(models.Model):
    """Somebody looked up what became of mail to an address, or had addresses shown in full.

    `address_hash` is that of `suppression.py`, empty if it was not about one address. `username` outlives the account.
    """

    class Purpose(models.TextChoices):
        SEARCH = "SEARCH", "looked up an address"
        FULL_VIEW = "FULL_VIEW", "had addresses shown in full"

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    username = models.CharField(max_length=150)
    purpose = models.CharField(max_length=10, choices=Purpose)
    address_hash = models.CharField(max_length=64, blank=True, db_index=True)
    notification_id = models.UUIDField(null=True)
    addresses = models.PositiveIntegerField(help_text="How many were shown, or found.")

    class Meta:
        verbose_name = "look-up of addresses"
        verbose_name_plural = "look-ups of addresses"
        indexes: ClassVar = [models.Index(fields=["at"], name="lookup_by_instant")]

    @override
    def __str__(self) -> str:
        return f"{self.username}: {self.get_purpose_display()}"
