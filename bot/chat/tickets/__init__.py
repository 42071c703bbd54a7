"""Dialogs that open a ticket or name whom to call.

What they change is done by bot/services/tickets.
"""
