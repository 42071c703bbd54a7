"""Tables of registered firms: facts, verification, products, merges.

Tables with their queries; what may be done is decided in services.
"""
