"""Desk pages of challenges, from draft to acceptance, and the public board.

Pages call services; they open no transaction of their own but to read.
"""
