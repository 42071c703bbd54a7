"""Decides which journey a message belongs to: running dialog, else command, else question."""
