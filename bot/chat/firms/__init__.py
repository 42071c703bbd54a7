"""Dialogs about the firm: registration, products, verification, colleagues.

What they change is done by bot/services/firms.
"""
