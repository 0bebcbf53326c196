"""Django around the core: records, events that survive crashes, signals, the followers' web pages, background work."""
