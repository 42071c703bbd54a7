"""Journeys of reminders: which deadlines concern whom, and what has been dealt with.

Each is one function of a transaction; no HTTP, no chat.
"""
