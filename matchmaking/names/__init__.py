"""Which firm a typed name means, and validation of credit codes.

Pure: names in, candidates out.
"""
