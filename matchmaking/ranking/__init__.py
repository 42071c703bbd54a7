"""Ranking of firms for a demand, with reasons.

Pure: documents in, ranked matches out.
"""
