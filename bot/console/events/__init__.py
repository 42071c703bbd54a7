"""Desk pages of matchmaking events, their invitations and meetings.

Pages call services; they open no transaction of their own but to read.
"""
