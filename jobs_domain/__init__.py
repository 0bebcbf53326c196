"""The rules of the jobs board, in plain Python: what a posting and a subscription are and what can happen to them."""
