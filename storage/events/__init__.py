"""Tables of matchmaking events, sign-ups and meetings.

Tables with their queries; permissions are decided in services.
"""
