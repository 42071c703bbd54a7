"""Settings, errors, texts and the policy as data.

The lowest floor: imports nothing of the others.
"""
