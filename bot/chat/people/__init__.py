"""Dialogs about the person: login, erasure, preferences, contact channels.

Changes are made by bot/services/people.
"""
