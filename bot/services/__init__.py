"""Journeys as functions: one transaction, one outcome, one audit row or more each.

Chat, console and command line call them; none of them knows which face is calling.
"""
