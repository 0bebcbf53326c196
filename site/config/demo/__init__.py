"""The board with content, followers and an inbox, on one machine, for trying it out."""
