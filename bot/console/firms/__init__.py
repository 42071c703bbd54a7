"""Console pages of registered firms, licences and receipts.

Pages call services; their own transactions only read.
"""
