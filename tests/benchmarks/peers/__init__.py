"""Others that do the same. They live in an environment of their own (`docs/benchmarks.md`), so only what runs there imports them."""
