"""What runs again and again: every tick, each idempotent.

A tick looks, calls services in small writes, and keeps nothing of its own.
"""
