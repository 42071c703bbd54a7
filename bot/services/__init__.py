"""Use cases as functions: each runs in one transaction and writes at least one audit row.

Chat, console and command line call them; none of them knows its caller.
"""
