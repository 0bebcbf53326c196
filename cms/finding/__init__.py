"""Finding open postings: criteria from the process's memory, text from the database."""

from cms.finding.alike import similar
from cms.finding.finder import every, find, last_closing, next_closing
from cms.finding.renamed import current

__all__ = ["current", "every", "find", "last_closing", "next_closing", "similar"]
