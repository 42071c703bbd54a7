"""Append-only audit trail: its chain, signed heads and verification.

Every write by a service adds its row here.
"""
