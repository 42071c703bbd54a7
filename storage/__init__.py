"""The tables and the only SQL: one noun a file, its table and its queries together.

Plain synchronous SQLModel/SQLAlchemy, run off the event loop by database.py.
"""
