"""What is told, to whom, how soon, and why not: the words of the ledger."""

from django.db import models


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
