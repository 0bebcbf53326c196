"""How editors sign in: passwords, a second factor, how often somebody may try, and what is noted of it."""
