"""Tables of challenges, bids, files, shares and recommendations.

Tables with their queries; permissions are decided in services.
"""
