"""What reads bytes that strangers made, fed with bytes that nobody made: `uv run python -m tests.fuzzing TARGET --seconds N`."""
