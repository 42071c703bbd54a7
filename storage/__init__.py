"""All tables and all SQL: one noun per file, its table together with its queries.

Plain synchronous SQLModel/SQLAlchemy, run off the event loop by database.py.
"""
