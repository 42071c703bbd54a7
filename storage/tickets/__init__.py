"""Tables of tickets, canned answers and contacts.

Tables with their queries; what may be done is decided in services.
"""
