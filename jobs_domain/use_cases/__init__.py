"""What people do with the board. Each is a small callable that runs in one unit of work."""

from jobs_domain.use_cases.change_address import ChangeAddress
from jobs_domain.use_cases.change_wishes import ChangeWishes
from jobs_domain.use_cases.confirm_subscription import ConfirmSubscription
from jobs_domain.use_cases.end_all import EndAll
from jobs_domain.use_cases.end_followers import EndFollowersOfRetired
from jobs_domain.use_cases.end_subscription import EndSubscription
from jobs_domain.use_cases.erase_person import ErasePerson
from jobs_domain.use_cases.observe_posting import ObservePosting
from jobs_domain.use_cases.read_person import ReadPerson
from jobs_domain.use_cases.request_subscription import (
    CannotFollow,
    RenewRequest,
    RequestSubscription,
    check_can_be_followed,
)

__all__ = [
    "CannotFollow",
    "ChangeAddress",
    "ChangeWishes",
    "ConfirmSubscription",
    "EndAll",
    "EndFollowersOfRetired",
    "EndSubscription",
    "ErasePerson",
    "ObservePosting",
    "ReadPerson",
    "RenewRequest",
    "RequestSubscription",
    "check_can_be_followed",
]
