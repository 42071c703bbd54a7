"""Tables of the roster and its imports.

Tables with their queries; permissions are decided in services.
"""
