"""What editors do with a published posting, one class for each verb, in the manner of `wagtail.actions`.

Taking a posting down needs none here: it is Wagtail's own `UnpublishPageAction`, and deleting is `DeletePageAction`.
"""

from cms.actions.close_job import CannotCloseJob, CloseJobAction, CloseJobPermissionError
from cms.actions.reopen_job import CannotReopenJob, ReopenJobAction, ReopenJobPermissionError

__all__ = [
    "CannotCloseJob",
    "CannotReopenJob",
    "CloseJobAction",
    "CloseJobPermissionError",
    "ReopenJobAction",
    "ReopenJobPermissionError",
]
