"""Desk pages of broadcasts: form, approval, delivery board.

Pages call services; they open no transaction of their own but to read.
"""
