"""Tables of the chat: inbox, dialog states, receipts, reply windows.

Tables with their queries; what may be done is decided in services.
"""
