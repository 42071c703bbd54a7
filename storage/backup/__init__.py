"""Backup into one signed file, restore into an empty database.

Knows tables, no domain nouns.
"""
