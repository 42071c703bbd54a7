"""Challenge and bid use cases, from draft to acceptance.

Each is one function of a transaction, without HTTP or chat.
"""
