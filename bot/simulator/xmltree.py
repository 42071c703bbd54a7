"""XML as the platform writes it (CDATA for text, bare numbers) and reads a reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from xml.parsers import expat

Field: TypeAlias = "str | int | float | Mapping[str, Field] | Sequence[Field]"

_MAX_DEPTH = 12


class MalformedError(Exception):
    """XML the platform would not read."""


@dataclass
class Node:
    """An element with its text and ordered children."""

    name: str
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def all(self, name: str) -> list["Node"]:
        """Return the children with this name."""
        return [child for child in self.children if child.name == name]

    def child(self, name: str) -> "Node | None":
        """Return the first child with this name."""
        return next(iter(self.all(name)), None)

    def get(self, name: str) -> str | None:
        """Return the text of the first child with this name; None if there is none."""
        child = self.child(name)
        return None if child is None else child.text


def write(fields: Mapping[str, Field], name: str = "xml") -> str:
    """Return one element with the fields as children; a list repeats its element per member."""
    lines = [f"<{name}>", *(_write(key, value) for key, value in fields.items()), f"</{name}>"]
    return "\n".join(lines)


def _write(name: str, value: Field) -> str:
    if isinstance(value, str):
        # "]]>" would end the section early; two sections carry it whole.
        return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
    if isinstance(value, Mapping):
        return write(value, name)
    if isinstance(value, Sequence):
        return "\n".join(_write(name, member) for member in value)
    return f"<{name}>{value}</{name}>"


def read(body: bytes) -> Node:
    """Return a document's root element; raises MalformedError, also for a DOCTYPE or excessive depth."""
    top = Node("")
    path = [top]

    def start(name: str, _attributes: dict[str, str]) -> None:
        if len(path) > _MAX_DEPTH:
            raise MalformedError("nested too deeply")
        node = Node(name)
        path[-1].children.append(node)
        path.append(node)

    def end(_name: str) -> None:
        path.pop()

    def text(data: str) -> None:
        path[-1].text += data

    def doctype(*_parts: object) -> None:
        raise MalformedError("a DOCTYPE is not read")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise MalformedError(str(error)) from error
    return top.children[0]
