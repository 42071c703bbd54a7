"""Desk pages of what is pushed: outbox, template cards, reminders.

Pages call services; they open no transaction of their own but to read.
"""
