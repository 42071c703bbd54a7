"""Channels outside WeChat: mail and SMS.

Each is a channel of notifications/, which decides what is sent, and to whom.
"""
