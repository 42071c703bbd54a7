"""People tables: identity, roles, offices, sessions, codes, submissions.

Tables with their queries; permissions are decided in services.
"""
