"""Tables of people: identity, roles, offices, sessions, codes, submissions.

Tables with their queries; what may be done is decided in services.
"""
