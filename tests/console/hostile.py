"""Hostile text that would act if a page interpreted it, and a reader that detects that."""

from html.parser import HTMLParser

# Each fits into the shortest field (20 characters) behind a label of three. In turn: out of either kind of attribute or
# into an element; out of a textarea; out of the head; another attribute, and a template's braces; an address, and
# characters that would be decoded twice.
PAYLOADS = [
    "\"'><b onload=z>",
    "</textarea><b x>",
    "</title><b x>",
    "'\" onfocus={{1}}x",
    "javascript:&lt;b",
]
# Our own templates' tags; attributes that may hold an address, and allowed targets.
_TAGS = (
    "html head meta title link script body a header div nav ul ol li main footer h1 h2 h3 p span strong small em form "
    "input label select option optgroup button table thead tbody tr th td caption section details summary dl dt dd "
    "textarea fieldset legend img br code time hr blockquote article"
)
_ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href", "data", "srcdoc")
_OURS = ("/console", "/h5", "#", "?", "data:,")
_META = ({"charset"}, {"name", "content"})


class Reading(HTMLParser):
    """A page as a browser reads it: `live`: anything not ours, `said`: every text and value shown."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.live: list[str] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        self.said += held.values()
        foreign = [name for name in held if name.startswith("on") or name in ("style", "x")]
        foreign += [name for name in _ADDRESSES if name in held and not held[name].startswith(_OURS)]
        inline = tag == "script" and not held.get("src", "").startswith(("/console/static/", "/h5/static/"))
        alien_meta = tag == "meta" and set(held) not in _META
        if tag not in _TAGS.split() or foreign or inline or alien_meta:
            self.live.append(self.get_starttag_text() or tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    def shows(self, words: str) -> bool:
        """Tell whether this text is on the page exactly."""
        return any(words in said for said in self.said)
