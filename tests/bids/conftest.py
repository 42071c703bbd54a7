"""Bids are made on the chat's pages and read at the desk: both stand on the same application."""

from tests.console.conftest import desk, desk_settings

__all__ = ["desk", "desk_settings"]
