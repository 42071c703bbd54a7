"""Takes each inbound push once: its key, its effects and its reply commit together."""
