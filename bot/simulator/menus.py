"""The menu at the bottom of the chat: what the platform takes for one, and what it refuses (protocol §2.10)."""

from collections.abc import Mapping
from typing import Any

MAX_COLUMNS = 3
MAX_ROWS = 5


class Menu:
    """A menu as the account sent it: `{"button": [...]}`."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.buttons: list[dict[str, Any]] = list(definition.get("button", []))

    def at(self, path: list[int]) -> dict[str, Any] | None:
        """The button at column, or at column and row; None where there is none."""
        buttons, found = self.buttons, None
        for index in path:
            if not 0 <= index < len(buttons):
                return None
            found = buttons[index]
            buttons = found.get("sub_button", [])
        return found
