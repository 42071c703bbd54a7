"""Console pages of tickets, canned answers and contacts.

Pages call services; their own transactions only read.
"""
