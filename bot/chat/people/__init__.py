"""Dialogs about the person: login, erasure, preferences, contact channels.

What they change is done by bot/services/people.
"""
