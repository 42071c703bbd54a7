"""Use cases of tickets and of officials' contacts.

Each is one function of a transaction, without HTTP or chat.
"""
