"""The pages on which people follow and leave. Without cookies and without scripts."""
