"""Dialogs about the policy: assessment, receipts, awards, departments' publications.

The answers themselves are computed in bot/answers.
"""
