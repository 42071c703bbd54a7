"""Dialogs that open a ticket or name a contact.

Changes are made by bot/services/tickets.
"""
