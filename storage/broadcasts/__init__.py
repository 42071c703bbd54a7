"""Tables of broadcasts, their recipients, pictures and calls.

Tables with their queries; permissions are decided in services.
"""
