"""Settings, errors, texts and the policy as data.

The lowest layer: imports none of the others.
"""
