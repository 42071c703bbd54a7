"""Journeys of a firm: registration, verification, membership, products, receipts.

Each is one function of a transaction; no HTTP, no chat.
"""
