"""Which firms fit a demand, in which order, with reasons.

Pure: documents in, ranked matches out.
"""
