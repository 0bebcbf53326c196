"""What is wrong with a job's fields, each complaint beside its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jobs_domain.email_address import InvalidEmailAddress
from jobs_domain.posting_details import EmploymentType, InvalidPostingDetails
from jobs_domain.salary import InvalidSalary, UnknownCurrency
from jobs_domain.valid_through import InvalidClosingDate, zone_named

if TYPE_CHECKING:
    from cms.models.job_fields import JobFields

type Complaints = dict[str, str]
"""A field's name and what is wrong with it."""


def complaints(job: JobFields) -> Complaints:
    """The core judges; here is only decided which field an error belongs to. Missing values are not judged, so that drafts can wait."""
    return _employment(job) | _salary(job) | _apply_to(job) | _closing(job) | _note(job)


def _employment(job: JobFields) -> Complaints:
    known = {kind.value for kind in EmploymentType}
    if not known.issuperset(job.employment_types):
        return {"employment_types": "Choose from the kinds of employment in the list."}
    return {}


def _salary(job: JobFields) -> Complaints:
    stated = job.salary_minimum is not None or job.salary_maximum is not None
    if stated and not job.salary_currency:
        return {"salary_currency": "Choose the currency of the amount."}
    try:
        _ = job.salary
    except UnknownCurrency as error:
        return {"salary_currency": str(error)}
    except InvalidSalary as error:
        below_zero = job.salary_minimum is not None and job.salary_minimum < 0
        return {"salary_minimum" if below_zero else "salary_maximum": str(error)}
    return {}


def _apply_to(job: JobFields) -> Complaints:
    if job.apply_url and job.apply_email:
        return {"apply_email": "Give a page or an address, not both: applicants need one way."}
    try:
        _ = job.apply_to
    except InvalidPostingDetails as error:
        return {"apply_url": str(error)}
    except InvalidEmailAddress:
        return {}  # the field's own validator has said it
    return {}


def _closing(job: JobFields) -> Complaints:
    if job.closing_date is None:
        return {"closing_date": "Choose the day as well as the time."} if job.closing_time is not None else {}
    try:
        zone_named(job.time_zone)
    except InvalidClosingDate as error:
        return {"time_zone": str(error)}
    try:
        _ = job.closing
    except InvalidClosingDate as error:
        return {"closing_time" if job.closing_time is not None else "closing_date": str(error)}
    return {}


def _note(job: JobFields) -> Complaints:
    if job.minor_change and job.change_note.strip():
        return {"minor_change": "A minor change tells nobody: remove the note or untick this."}
    return {}
