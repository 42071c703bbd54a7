"""The account's menu as data (config/menu.toml), held against the platform's limits (protocol §2.10)."""

from pathlib import Path
from typing import Any

from bot.wechat.transport import JsonObject
from config.errors import InputError
from config.toml_files import read

PATH = Path(__file__).parents[2] / "config" / "menu.toml"
MOST_COLUMNS = 3
MOST_BUTTONS = 5
MOST_COLUMN_BYTES = 16
MOST_BUTTON_BYTES = 60
MOST_KEY_BYTES = 128
MOST_URL_BYTES = 1024


def load(path: Path = PATH) -> list[JsonObject]:
    """The menu's buttons as the platform wants them; raises InputError for what it would refuse."""
    columns = read(path).get("column", [])
    if not 1 <= len(columns) <= MOST_COLUMNS:
        raise InputError("menu_columns", count=len(columns), most=MOST_COLUMNS)
    return [_column(column) for column in columns]


def _column(column: dict[str, Any]) -> JsonObject:
    name = _within(column.get("name"), MOST_COLUMN_BYTES)
    if "button" not in column:
        return {"name": name, **_action(name, column)}
    buttons = column["button"]
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        raise InputError("menu_buttons", name=name, count=len(buttons), most=MOST_BUTTONS)
    return {"name": name, "sub_button": [_button(button) for button in buttons]}


def _button(button: dict[str, Any]) -> JsonObject:
    name = _within(button.get("name"), MOST_BUTTON_BYTES)
    return {"name": name, **_action(name, button)}


def _action(name: str, button: dict[str, Any]) -> JsonObject:
    match button:
        case {"name": _, "key": key, **rest} if not rest:
            return {"type": "click", "key": _within(key, MOST_KEY_BYTES)}
        case {"name": _, "url": url, **rest} if not rest:
            return {"type": "view", "url": _within(url, MOST_URL_BYTES)}
    raise InputError("menu_action", name=name)


def _within(value: object, most: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= most:
        raise InputError("menu_too_long", value=value, most=most)
    return value
