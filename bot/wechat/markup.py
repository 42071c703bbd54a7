"""Parse the platform's XML into plain dictionaries, within bounds no push can exceed."""

import re
from typing import NoReturn, TypeAlias
from xml.parsers import expat

from bot.wechat.errors import WireError
from notifications.text_splitting import printable

# The deepest push (a finished broadcast's article list) has depth 5, the widest about 100 nodes.
MOST_DEPTH = 8
MOST_NODES = 1_000

Value: TypeAlias = "str | Node | list[str | Node]"
Node: TypeAlias = dict[str, Value]


# One child of a flat document: a CDATA section or plain characters, nothing else between its tags.
_CHILD = re.compile(
    r"\s*+<([A-Za-z_][A-Za-z0-9_]*+)>(?:<!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*+)\]\]>|([^<&\]]*+))</\1>", re.ASCII
)
_OPENING = re.compile(r"\s*+<xml>", re.ASCII)
_CLOSING = re.compile(r"\s*+</xml>\s*+", re.ASCII)
# Line ends that XML normalises, and characters not allowed in XML.
_NOT_AS_IT_STANDS = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_UNKNOWN_TO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# One for one, so that nothing separate gets joined; `printable` handles the rest.
_IN_ITS_PLACE = " "
_REFERENCE = re.compile("&#(?:x([0-9a-fA-F]++)|([0-9]++));")
_LONGEST_REFERENCE = 8
_SECTION, _SECTION_END = "<![CDATA[", "]]>"


def read(body: bytes) -> Node:
    """Return the children of the `<xml>` root by name: text, a nested node, or a list if a name repeats.

    UTF-8 only, attributes ignored. People may send what XML does not allow: such a character, a reference to one, a
    partial character, is replaced, as a signed push is never refused for them. Raises WireError for any other document,
    for a DOCTYPE (hence every custom entity), and beyond the bounds on depth and number of nodes.
    """
    text = body.decode(errors="replace")
    return _read_flat(text) or _read_any(_legal(text))


def _read_flat(text: str) -> Node | None:
    """Parse what nearly every push is, three times as fast; None leaves it to the parser, with the same result."""
    opening = _OPENING.match(text)
    if opening is None or _NOT_AS_IT_STANDS.search(text):
        return None
    node: Node = {}
    position = opening.end()
    while child := _CHILD.match(text, position):
        name, marked, plain = child.groups()
        if name in node or len(node) >= MOST_NODES - 1:
            return None
        node[name] = plain if marked is None else marked
        position = child.end()
    return node if _CLOSING.fullmatch(text, position) else None


def _legal(text: str) -> str:
    """Return the text with everything replaced that no XML parser accepts; in linear time."""
    text = _UNKNOWN_TO_XML.sub(_IN_ITS_PLACE, text)
    parts: list[str] = []
    position = 0
    while position < len(text):
        begin = text.find(_SECTION, position)
        begin = len(text) if begin < 0 else begin
        # References exist only outside sections, and section ends only inside.
        between = _REFERENCE.sub(_legal_reference, text[position:begin])
        parts.append(between.replace(_SECTION_END, "]]&gt;"))
        end = text.find(_SECTION_END, begin)
        position = len(text) if end < 0 else end + len(_SECTION_END)
        parts.append(text[begin:position])
    return "".join(parts)


def _legal_reference(match: re.Match[str]) -> str:
    digits, base = (match[1], 16) if match[1] else (match[2], 10)
    digits = digits.lstrip("0") or "0"
    number = int(digits, base) if len(digits) <= _LONGEST_REFERENCE else 0
    known = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD or number > 0xFFFF
    return match[0] if known and number <= 0x10FFFF else _IN_ITS_PLACE


def _read_any(text: str) -> Node:
    top: Node = {}
    stack: list[Node] = [top]
    words: list[str] = []
    count = 0

    def start(_name: str, _attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MOST_NODES or len(stack) > MOST_DEPTH:
            raise WireError("xml_too_large")
        stack.append({})
        words.clear()

    def end(name: str) -> None:
        children = stack.pop()
        value: str | Node = children or "".join(words)
        words.clear()
        into = stack[-1]
        before = into.get(name)
        if before is None:
            into[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            into[name] = [before, value]

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words.append
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise WireError("xml_broken") from error
    root = top.get("xml")
    if not isinstance(root, dict):
        raise WireError("xml_root")
    return root


def _refuse_doctype(*_declaration: object) -> NoReturn:
    raise WireError("xml_doctype")


def text_of(node: Node, name: str) -> str:
    """Return the text under a name, cleaned for every store and page; "" if absent.

    Raises WireError if the name holds anything but one text.
    """
    value = node.get(name, "")
    if not isinstance(value, str):
        raise WireError("field_not_text")
    return printable(value)


def needed_text(node: Node, name: str) -> str:
    """Return the text under a name; raises WireError if absent or empty."""
    value = text_of(node, name)
    if not value:
        raise WireError("field_missing")
    return value


def whole(node: Node, name: str) -> int:
    """Return the whole number under a name, 0 if absent or empty; raises WireError beyond 64 bits."""
    value = text_of(node, name).strip()
    if not value:
        return 0
    if len(value) > 19 or not (value.isascii() and value.isdigit()):
        raise WireError("field_not_a_number")
    return int(value)


def decimal(node: Node, name: str) -> float:
    """Return the finite number under a name; raises WireError if absent: a missing location is not 0, 0."""
    value = needed_text(node, name).strip()
    if len(value) > 32 or not value.isascii() or not value.lstrip("+-").replace(".", "", 1).isdigit():
        raise WireError("field_not_a_number")
    return float(value)


def child_node(node: Node, name: str) -> Node:
    """Return the node nested under a name, empty if absent or without children."""
    value = node.get(name, "")
    if isinstance(value, str):
        return {}
    if isinstance(value, list):
        raise WireError("field_twice")
    return value


def each(node: Node, name: str) -> tuple[Node, ...]:
    """Return the nodes under a name: none, one or many; a list of one arrives as a single node."""
    value = node.get(name, "")
    found = value if isinstance(value, list) else [value]
    return tuple(item for item in found if isinstance(item, dict))
