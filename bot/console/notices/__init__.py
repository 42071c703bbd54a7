"""Console pages for push: outbox, template cards, reminders.

Pages call services; their own transactions only read.
"""
