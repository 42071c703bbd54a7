"""Which firm a typed name means, and whether a credit code is one.

Pure: names in, candidates out.
"""
