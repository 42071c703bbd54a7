"""Pure judgement: eligibility, questions, names, ranking, pairing.

No I/O, no clock, no database; everything is passed as an argument.
"""
