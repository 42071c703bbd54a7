"""Console pages of broadcasts: form, approval, delivery board.

Pages call services; their own transactions only read.
"""
