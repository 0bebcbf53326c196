"""What is kept: the ledger, and what it takes to send it, by subject."""

from notifications.models.desk import AddressLookup, Resending, Timing
from notifications.models.followers import AddressChange, DigestPlan, Farewell, InterestPlan, SignInRequest
from notifications.models.kinds import Audience, Kind, Lane, WhyNot
from notifications.models.ledger import Batch, Delivery, DeliveryAttempt, Notification
from notifications.models.pace import LanePause, Pace, Suppression
from notifications.models.searches import FollowedSearch, NewPosting, SearchAnchor, SearchMatch

__all__ = [
    "AddressChange",
    "AddressLookup",
    "Audience",
    "Batch",
    "Delivery",
    "DeliveryAttempt",
    "DigestPlan",
    "Farewell",
    "FollowedSearch",
    "InterestPlan",
    "Kind",
    "Lane",
    "LanePause",
    "NewPosting",
    "Notification",
    "Pace",
    "Resending",
    "SearchAnchor",
    "SearchMatch",
    "SignInRequest",
    "Suppression",
    "Timing",
    "WhyNot",
]
