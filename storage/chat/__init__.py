"""Chat tables: inbox, dialog states, receipts, reply windows.

Tables with their queries; permissions are decided in services.
"""
