"""Bids are submitted on the chat's pages and read in the console: both run in the same application."""

from tests.console.conftest import desk, desk_settings

__all__ = ["desk", "desk_settings"]
