"""What visitors find: the list and its filters, companies, categories."""
