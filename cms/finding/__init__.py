"""Finding open postings: criteria from the process's memory, text from the database."""

from cms.finding.alike import similar
from cms.finding.finder import every, find, next_closing

__all__ = ["every", "find", "next_closing", "similar"]
