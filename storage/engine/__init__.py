"""The two stores: connections, transactions, write queue, encryption, migration.

Knows no noun of the trade.
"""
