"""Periodic jobs: the ticks, each idempotent.

A tick reads, calls services in small writes, and keeps no state of its own.
"""
