"""Desk pages of tickets, canned answers and contacts.

Pages call services; they open no transaction of their own but to read.
"""
