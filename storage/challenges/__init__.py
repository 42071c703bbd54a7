"""Tables of challenges, bids, files, shares and recommendations.

Tables with their queries; what may be done is decided in services.
"""
