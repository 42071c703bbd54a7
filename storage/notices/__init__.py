"""Tables of what is pushed: outbox, delivery, quotas, preferences.

Tables with their queries; what may be done is decided in services.
"""
