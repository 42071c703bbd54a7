"""Judgement only: eligibility, questions, names, ranking, pairing.

Pure code: no I/O, no clock, no database; everything comes in as an argument.
"""
