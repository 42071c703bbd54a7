"""Tables of matchmaking events, sign-ups and meetings.

Tables with their queries; what may be done is decided in services.
"""
