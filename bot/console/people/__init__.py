"""Console pages of its users: login, sessions, roles, kept forms.

Pages call services; their own transactions only read.
"""
