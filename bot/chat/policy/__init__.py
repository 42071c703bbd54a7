"""Dialogs about the policy: assessment, receipts, awards, what departments published.

The answers themselves are worked out in bot/answers.
"""
