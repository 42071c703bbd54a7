"""Journeys of a person: follow, login, roles, preferences, erasure.

Each is one function of a transaction; no HTTP, no chat.
"""
