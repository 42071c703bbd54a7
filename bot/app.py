"""Builds the running parts: settings, texts, policy, database, router, web application, ticks."""
