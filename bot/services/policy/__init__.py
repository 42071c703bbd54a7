"""Use cases for what officials publish beside the policy, and for unanswered questions.

Each is one function of a transaction, without HTTP or chat.
"""
