"""Push use cases: cards, stuck messages, delivery reports.

Each is one function of a transaction, without HTTP or chat.
"""
