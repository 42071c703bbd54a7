"""Shared basis of console and phone pages: server, forms, templates, metrics.

Contains no domain nouns and no routes.
"""
