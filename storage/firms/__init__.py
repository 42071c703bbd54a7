"""Tables of registered firms: facts, verification, products, merges.

Tables with their queries; permissions are decided in services.
"""
