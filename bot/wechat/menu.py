"""The account's menu as data (config/menu.toml), checked against the platform's limits (protocol §2.10)."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.wechat.transport import JsonObject
from config.errors import InputError
from config.toml_files import load as load_as

PATH = Path(__file__).parents[2] / "config" / "menu.toml"
MOST_COLUMNS = 3
MOST_BUTTONS = 5
MOST_COLUMN_BYTES = 16
MOST_BUTTON_BYTES = 60
MOST_KEY_BYTES = 128
MOST_URL_BYTES = 1024


@dataclass(frozen=True, slots=True)
class MenuButton:
    """A button that sends a command (`key`) or opens a page (`url`)."""

    name: str
    key: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class MenuColumn(MenuButton):
    """A button of the lowest row, with what opens above it."""

    buttons: tuple[MenuButton, ...] | None = field(default=None, metadata={"key": "button"})


@dataclass(frozen=True, slots=True)
class MenuFile:
    """The whole file."""

    columns: tuple[MenuColumn, ...] = field(default=(), metadata={"key": "column"})


def load(path: Path = PATH) -> list[JsonObject]:
    """Return the menu's buttons in the platform's form; raises InputError for what it would refuse."""
    columns = load_as(path, MenuFile).columns
    if not 1 <= len(columns) <= MOST_COLUMNS:
        raise InputError("menu_columns", count=len(columns), most=MOST_COLUMNS)
    return [_column(column) for column in columns]


def _column(column: MenuColumn) -> JsonObject:
    buttons = column.buttons
    if buttons is None:
        return _button(column, MOST_COLUMN_BYTES)
    name = _within(column.name, MOST_COLUMN_BYTES)
    if not 1 <= len(buttons) <= MOST_BUTTONS:
        raise InputError("menu_buttons", name=name, count=len(buttons), most=MOST_BUTTONS)
    return {"name": name, "sub_button": [_button(button, MOST_BUTTON_BYTES) for button in buttons]}


def _button(button: MenuButton, most: int) -> JsonObject:
    name = _within(button.name, most)
    match button:
        case MenuButton(key=str(key), url=None):
            return {"name": name, "type": "click", "key": _within(key, MOST_KEY_BYTES)}
        case MenuButton(key=None, url=str(url)):
            return {"name": name, "type": "view", "url": _within(url, MOST_URL_BYTES)}
    raise InputError("menu_action", name=name)


def _within(value: str, most: int) -> str:
    if not 1 <= len(value.encode()) <= most:
        raise InputError("menu_too_long", value=value, most=most)
    return value
