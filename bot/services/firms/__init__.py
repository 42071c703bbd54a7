"""Firm use cases: registration, verification, membership, products, receipts.

Each is one function of a transaction, without HTTP or chat.
"""
