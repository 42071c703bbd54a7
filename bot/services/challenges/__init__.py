"""Journeys of challenges and bids, from draft to acceptance.

Each is one function of a transaction; no HTTP, no chat.
"""
