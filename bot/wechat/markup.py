"""Reads the platform's XML into plain dictionaries, within bounds that no push can exceed."""

import re
from typing import NoReturn, TypeAlias
from xml.parsers import expat

from bot.wechat.errors import WireError

# The deepest push (the article list of a finished broadcast) is 5 deep, the widest has about 100 nodes.
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
_NOT_AS_IT_STANDS = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def read(body: bytes) -> Node:
    """The children of the `<xml>` root by name: text, a nested node, or a list where a name repeats.

    UTF-8 only, attributes ignored. Raises WireError for anything that is not such a document, for a DOCTYPE (and so
    for every entity of its own), and beyond the bounds on depth and number of nodes.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise WireError("xml_broken") from error
    return _read_flat(text) or _read_any(text)


def _read_flat(text: str) -> Node | None:
    """What nearly every push is, read three times as fast; None leaves the text to the parser, which reads it alike."""
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
    """The text under a name, "" where it is absent; raises WireError where the name holds anything but one text."""
    value = node.get(name, "")
    if not isinstance(value, str):
        raise WireError("field_not_text")
    return value


def needed_text(node: Node, name: str) -> str:
    """The text under a name; raises WireError where it is absent or empty."""
    value = text_of(node, name)
    if not value:
        raise WireError("field_missing")
    return value


def whole(node: Node, name: str) -> int:
    """The whole number under a name, 0 where it is absent or empty; raises WireError beyond 64 bits."""
    value = text_of(node, name).strip()
    if not value:
        return 0
    if len(value) > 19 or not (value.isascii() and value.isdigit()):
        raise WireError("field_not_a_number")
    return int(value)


def decimal(node: Node, name: str) -> float:
    """The finite number under a name; raises WireError where there is none: a missing place is not the place 0, 0."""
    value = needed_text(node, name).strip()
    if len(value) > 32 or not value.isascii() or not value.lstrip("+-").replace(".", "", 1).isdigit():
        raise WireError("field_not_a_number")
    return float(value)


def inner(node: Node, name: str) -> Node:
    """The node nested under a name, empty where it is absent or has no children."""
    value = node.get(name, "")
    if isinstance(value, str):
        return {}
    if isinstance(value, list):
        raise WireError("field_twice")
    return value


def each(node: Node, name: str) -> tuple[Node, ...]:
    """The nodes under a name, be there none, one or many; a list of one arrives as a single node."""
    value = node.get(name, "")
    found = value if isinstance(value, list) else [value]
    return tuple(item for item in found if isinstance(item, dict))
