"""Journeys of the roster: read a table, plan an import, apply it, undo it.

Each is one function of a transaction; no HTTP, no chat.
"""
