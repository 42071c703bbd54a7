"""The append-only record of who did what, its chain, signed heads and verification.

Every write of a service leaves its row here.
"""
