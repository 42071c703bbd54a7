"""Person use cases: follow, login, roles, preferences, erasure.

Each is one function of a transaction, without HTTP or chat.
"""
