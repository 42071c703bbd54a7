"""Matchmaking event use cases: announce, sign up, meet, record outcomes.

Each is one function of a transaction, without HTTP or chat.
"""
