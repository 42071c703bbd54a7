"""Console pages of challenges, from draft to acceptance, and the public board.

Pages call services; their own transactions only read.
"""
