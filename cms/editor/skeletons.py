"""What a new posting begins with, by its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cms.models import JobPage
from jobs_domain.posting_details import EmploymentType

BLANK: Final = "blank"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """`headings` are those of the text that is to be written."""

    label: str
    about: str
    employment_types: tuple[EmploymentType, ...]
    headings: tuple[str, ...]

    def fill(self, page: JobPage) -> None:
        page.employment_types = [kind.value for kind in self.employment_types]
        page.description = "".join(f"<h3>{heading}</h3><p></p>" for heading in self.headings)


SKELETONS: Final = {
    "permanent": Skeleton(
        label="Permanent job",
        about="Full-time, without an end.",
        employment_types=(EmploymentType.FULL_TIME,),
        headings=("The work", "What you bring", "What we offer", "How to apply"),
    ),
    "contract": Skeleton(
        label="Contract",
        about="For a project or a time.",
        employment_types=(EmploymentType.CONTRACTOR,),
        headings=("The project", "What you bring", "Duration and terms", "How to apply"),
    ),
    "internship": Skeleton(
        label="Internship",
        about="For people who learn the trade.",
        employment_types=(EmploymentType.INTERN,),
        headings=("What you will learn", "What you bring", "What we offer", "How to apply"),
    ),
}
