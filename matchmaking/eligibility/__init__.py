"""Which items a firm meets, and what to ask next.

Pure: facts and policy in, verdicts out.
"""
