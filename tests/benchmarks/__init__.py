"""Measurements against baselines of the same run: `uv run python -m tests.benchmarks`. `docs/benchmarks.md` explains them."""
