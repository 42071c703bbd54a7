"""Links in a text that send words when tapped: [[words]] or [[shown|sent]] in config/texts."""

import re

_TAG = re.compile(r"<[^<>]*>")
_LINK = re.compile(r"\[\[([^\[\]|]+)(?:\|([^\[\]|]+))?\]\]")


def expand(text: str) -> str:
    """Each [[…]] becomes the platform's link, undocumented but widely used: the words can be typed too."""
    return _LINK.sub(
        lambda found: f'<a href="weixin://bizmsgmenu?msgmenucontent={found[2] or found[1]}&msgmenuid=1">{found[1]}</a>',
        text,
    )


def flatten(text: str) -> str:
    """Each [[…]] becomes its words in quotation marks: for places where nothing can be tapped."""
    return _LINK.sub(lambda found: f"“{found[1]}”", text)


def visible_length(text: str) -> int:
    """How many characters of this a reader sees: a link counts as the words it shows."""
    return len(_TAG.sub("", text))


def harmless(typed: str) -> str:
    """Words of a user as they may be shown again: they can neither open a link nor a tag."""
    return typed.replace("<", "＜").replace(">", "＞").replace("[[", "［［")
