"""What console and phone pages stand on: server, forms, templates, metrics.

Knows no noun of the trade and no route.
"""
