"""Links in texts that send text when tapped: [[words]] or [[shown|sent]] in config/texts."""

import re

_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]|]+))?\]\]")


def expand(text: str) -> str:
    """Turn each [[…]] into the platform's link, undocumented but widely used: the words can be typed too."""
    return _LINK.sub(
        lambda found: f'<a href="weixin://bizmsgmenu?msgmenucontent={found[2] or found[1]}&msgmenuid=1">{found[1]}</a>',
        text,
    )


def flatten(text: str) -> str:
    """Turn each [[…]] into quoted text, for places where nothing can be tapped."""
    return _LINK.sub(lambda found: f"“{found[1]}”", text)


def visible_length(text: str) -> int:
    """Return the visible length: a link counts as its text."""
    return len(_TAG.sub("", text))


def harmless(typed: str) -> str:
    """Escape a user's text for display: it can form neither a link nor a tag."""
    return typed.replace("<", "＜").replace(">", "＞").replace("[[", "［［")
