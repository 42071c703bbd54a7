"""Dialogs about the firm: registration, products, verification, colleagues.

Changes are made by bot/services/firms.
"""
