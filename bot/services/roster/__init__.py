"""Roster use cases: read a table, plan an import, apply it, undo it.

Each is one function of a transaction, without HTTP or chat.
"""
