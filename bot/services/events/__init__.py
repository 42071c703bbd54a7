"""Journeys of matchmaking events: announce, sign up, meet, settle.

Each is one function of a transaction; no HTTP, no chat.
"""
