"""Console pages of matchmaking events, invitations and meetings.

Pages call services; their own transactions only read.
"""
