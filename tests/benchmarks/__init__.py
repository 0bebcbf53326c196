"""Measurements: `uv run python -m tests.benchmarks`. They print ratios against a baseline of the same run and judge nothing."""
