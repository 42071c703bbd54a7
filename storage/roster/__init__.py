"""Tables of the roster and its imports.

Tables with their queries; what may be done is decided in services.
"""
