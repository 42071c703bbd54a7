"""In-memory caches of one process, in step with the database.

Each cache compares one version row; nothing here is the only copy.
"""
