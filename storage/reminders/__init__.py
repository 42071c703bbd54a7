"""Tables of reminders and of what is remembered about their planning.

Tables with their queries; what may be done is decided in services.
"""
