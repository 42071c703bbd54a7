"""Journeys of what officials publish beside the policy, and of unanswered questions.

Each is one function of a transaction; no HTTP, no chat.
"""
