"""Desk pages of published details and of questions without an answer.

Pages call services; they open no transaction of their own but to read.
"""
