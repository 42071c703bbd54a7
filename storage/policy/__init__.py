"""Tables of what officials publish beside the policy, and of unanswered questions.

Tables with their queries; what may be done is decided in services.
"""
