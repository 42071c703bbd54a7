"""The menu at the bottom of the chat: what the platform accepts and refuses (protocol §2.10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from bot.simulator.calls import Answer, ApiError, Call

MAX_COLUMNS, MAX_ROWS = 3, 5
MAX_KEY, MAX_URL = 128, 1024

# Required fields per button type.
_NEEDS = {
    "click": "key",
    "view": "url",
    "miniprogram": "pagepath",
    "scancode_push": "key",
    "scancode_waitmsg": "key",
    "pic_sysphoto": "key",
    "pic_photo_or_album": "key",
    "pic_weixin": "key",
    "location_select": "key",
    "media_id": "media_id",
    "view_limited": "media_id",
    "article_id": "article_id",
    "article_view_limited": "article_id",
}


@dataclass(frozen=True)
class _Limits:
    """Maximum name bytes, and the codes for a wrong count, type, name, key, url."""

    name: int
    count_code: int
    type_code: int
    name_code: int
    key_code: int
    url_code: int


_TOP = _Limits(16, 40016, 40017, 40018, 40019, 40020)
_SUB = _Limits(60, 40023, 40024, 40025, 40026, 40027)


class Menu:
    """A menu: `buttons` as the account sent them."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        """Raise ApiError with the platform's code for an unacceptable menu."""
        buttons = definition.get("button")
        if not isinstance(buttons, list):
            raise ApiError(40016)
        _check(buttons, _TOP, MAX_COLUMNS)
        for button in buttons:
            if button.get("sub_button"):
                _check(button["sub_button"], _SUB, MAX_ROWS)
        self.buttons: list[dict[str, Any]] = buttons

    def at(self, path: list[int]) -> dict[str, Any] | None:
        """Return the button at column, or at column and row; None if there is none."""
        buttons, found = self.buttons, None
        for index in path:
            if not 0 <= index < len(buttons):
                return None
            found = buttons[index]
            buttons = found.get("sub_button", [])
        return found


class Menus:
    """The account's menu: initially from the console, then as set through the API.

    Conditional menus are stored and listed; phones show everybody the default one.
    """

    def __init__(self, first: Mapping[str, Any] | None) -> None:
        self.shown = Menu(first) if first else None
        self._by_api = False
        self._conditional: dict[int, Answer] = {}
        self._ids = count(400_000_001)

    def create(self, call: Call) -> Answer:
        """Handle `menu/create`: replace the default menu."""
        self.shown, self._by_api = self._read(call), True
        return {}

    def get(self, _call: Call) -> Answer:
        """Handle `menu/get`: return the menu set by API; one set in the console does not count."""
        if self.shown is None or not self._by_api:
            raise ApiError(46003)
        return {"menu": {"button": self.shown.buttons}, "conditionalmenu": list(self._conditional.values())}

    def delete(self, _call: Call) -> Answer:
        """Handle `menu/delete`: delete the default menu and every conditional one."""
        self.shown = None
        self._conditional.clear()
        return {}

    def add_conditional(self, call: Call) -> Answer:
        """Handle `menu/addconditional`: needs a default menu and a rule."""
        if self.shown is None:
            raise ApiError(65303)
        asked = call.json()
        rule = asked.get("matchrule")
        if not isinstance(rule, dict):
            raise ApiError(47001)
        menu_id = next(self._ids)
        self._conditional[menu_id] = {"button": self._read(call).buttons, "matchrule": rule, "menuid": menu_id}
        return {"menuid": str(menu_id)}

    def delete_conditional(self, call: Call) -> Answer:
        """Handle `menu/delconditional`."""
        menu_id = str(call.json().get("menuid", ""))
        if not menu_id.isdecimal() or self._conditional.pop(int(menu_id), None) is None:
            raise ApiError(65301)
        return {}

    def current(self, _call: Call) -> Answer:
        """Handle `get_current_selfmenu_info`: includes a menu set in the console."""
        if self.shown is None:
            return {"is_menu_open": 0, "selfmenu_info": {"button": []}}
        buttons = [
            {**button, "sub_button": {"list": button["sub_button"]}} if button.get("sub_button") else button
            for button in self.shown.buttons
        ]
        return {"is_menu_open": 1, "selfmenu_info": {"button": buttons}}

    def _read(self, call: Call) -> Menu:
        if call.has_escapes:
            raise ApiError(40033)
        return Menu(call.json())


def _check(buttons: Any, limits: _Limits, most: int) -> None:
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= most:
        raise ApiError(limits.count_code)
    for button in buttons:
        if not isinstance(button, dict):
            raise ApiError(limits.count_code)
        if not 1 <= len(str(button.get("name", "")).encode()) <= limits.name:
            raise ApiError(limits.name_code)
        if limits is _TOP and button.get("sub_button"):
            continue
        need = _NEEDS.get(str(button.get("type")))
        if need is None:
            raise ApiError(limits.type_code)
        value = str(button.get(need, ""))
        if not 1 <= len(value.encode()) <= (MAX_URL if need == "url" else MAX_KEY):
            raise ApiError(limits.url_code if need == "url" else limits.key_code)
