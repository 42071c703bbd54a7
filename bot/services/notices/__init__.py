"""Journeys of what is pushed: cards, stuck messages, delivery reports.

Each is one function of a transaction; no HTTP, no chat.
"""
