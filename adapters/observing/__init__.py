"""What an operator sees of the board: logs, probes, metrics, traces."""
