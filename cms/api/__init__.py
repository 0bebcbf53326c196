"""Open postings as JSON, to read."""
