"""Tables of reminders and their planning state.

Tables with their queries; permissions are decided in services.
"""
