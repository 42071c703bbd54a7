"""Journeys of broadcasts: compose, check, approve, send, stop.

Each is one function of a transaction; no HTTP, no chat.
"""
