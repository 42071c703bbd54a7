"""Desk pages of registered firms, licences and receipts.

Pages call services; they open no transaction of their own but to read.
"""
