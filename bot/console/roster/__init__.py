"""Console pages of the roster and its imports.

Pages call services; their own transactions only read.
"""
