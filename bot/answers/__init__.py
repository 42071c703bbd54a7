"""The bot's answers about the policy, computed from facts alone.

Pure: no session, dialog or table. Dialogs, pages and the command line use it.
"""
