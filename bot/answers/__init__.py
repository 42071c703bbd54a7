"""What the bot says about the policy, worked out from facts alone.

Pure: no session, no dialog, no table. Dialogs, pages and the command line say it.
"""
