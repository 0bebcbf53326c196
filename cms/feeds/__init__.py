"""Open postings for programs: feeds, Indeed's XML, the sitemap, and what robots are told."""
