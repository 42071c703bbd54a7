"""Tables of tickets, canned answers and contacts.

Tables with their queries; permissions are decided in services.
"""
