"""Desk pages of the roster and its imports.

Pages call services; they open no transaction of their own but to read.
"""
