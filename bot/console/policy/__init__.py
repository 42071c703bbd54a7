"""Console pages of published details and of unanswered questions.

Pages call services; their own transactions only read.
"""
