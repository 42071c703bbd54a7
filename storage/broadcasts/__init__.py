"""Tables of broadcasts, their recipients, pictures and calls.

Tables with their queries; what may be done is decided in services.
"""
