"""Reminder use cases: which deadlines concern whom, and what is already done.

Each is one function of a transaction, without HTTP or chat.
"""
