"""Desk pages of the people at the desk: login, sessions, roles, kept forms.

Pages call services; they open no transaction of their own but to read.
"""
