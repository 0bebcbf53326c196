"""Public pages about companies and categories."""
