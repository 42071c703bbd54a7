"""What one process keeps in memory in step with the database.

Each cache compares one version row; nothing here is the only copy of anything.
"""
