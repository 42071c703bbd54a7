"""Broadcast use cases: compose, check, approve, send, stop.

Each is one function of a transaction, without HTTP or chat.
"""
