"""The two databases: connections, transactions, write queue, encryption, migration.

Contains no domain nouns.
"""
