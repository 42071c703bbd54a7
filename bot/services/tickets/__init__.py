"""Journeys of tickets and of the contacts that officials keep.

Each is one function of a transaction; no HTTP, no chat.
"""
