"""What editors do with a published posting, one class for each verb, in the manner of `wagtail.actions`.

Taking a posting down needs none here: it is Wagtail's own `UnpublishPageAction`, and deleting is `DeletePageAction`.
"""

from cms.actions.categorise_job import CannotCategoriseJob, CategoriseJobAction, CategoriseJobPermissionError
from cms.actions.close_job import CannotCloseJob, CloseJobAction, CloseJobPermissionError
from cms.actions.extend_job import CannotExtendJob, ExtendJobAction, ExtendJobPermissionError
from cms.actions.merge_companies import CannotMergeCompanies, MergeCompaniesAction, MergeCompaniesPermissionError
from cms.actions.reopen_job import CannotReopenJob, ReopenJobAction, ReopenJobPermissionError

__all__ = [
    "CannotCategoriseJob",
    "CannotCloseJob",
    "CannotExtendJob",
    "CannotMergeCompanies",
    "CannotReopenJob",
    "CategoriseJobAction",
    "CategoriseJobPermissionError",
    "CloseJobAction",
    "CloseJobPermissionError",
    "ExtendJobAction",
    "ExtendJobPermissionError",
    "MergeCompaniesAction",
    "MergeCompaniesPermissionError",
    "ReopenJobAction",
    "ReopenJobPermissionError",
]
