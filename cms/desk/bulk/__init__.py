"""What can be done to many postings at once. Each is done as the action on one posting does it, and told to followers in the same way."""

from cms.desk.bulk.categorise import CategoriseInBulk
from cms.desk.bulk.close import CloseInBulk
from cms.desk.bulk.extend import ExtendInBulk

__all__ = ["CategoriseInBulk", "CloseInBulk", "ExtendInBulk"]
