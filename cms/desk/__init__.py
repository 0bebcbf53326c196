"""The editors' desk: all postings in one list, what can be done to many at once, companies, the dashboard and reports."""
