"""Push tables: outbox, delivery, quotas, preferences.

Tables with their queries; permissions are decided in services.
"""
