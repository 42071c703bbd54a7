"""Tables of what officials publish beside the policy, and of unanswered questions.

Tables with their queries; permissions are decided in services.
"""
