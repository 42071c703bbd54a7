"""Alembic migrations, forward only, for SQLite and PostgreSQL alike.

A migration never imports the live tables: it says in full what it changes.
"""
