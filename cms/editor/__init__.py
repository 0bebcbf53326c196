"""The screens on which one posting is written: what its followers will be told, what may be missing, and how it will look."""
