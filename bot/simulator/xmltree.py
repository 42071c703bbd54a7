"""XML as the platform writes it (CDATA for text, bare numbers) and reads a reply."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, fromstring

Field: TypeAlias = "str | int | float | Mapping[str, Field] | Sequence[Field]"


class MalformedError(Exception):
    """XML the platform would not read."""


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


class _Builder(TreeBuilder):
    def doctype(self, *_parts: object) -> None:
        raise MalformedError("a DOCTYPE is not read")


def read(body: bytes) -> Element:
    """Return a document's root element; raises MalformedError, also for a DOCTYPE."""
    try:
        return fromstring(body, XMLParser(target=_Builder()))  # noqa: S314 - no DOCTYPE, so no entities
    except (ParseError, LookupError, ValueError) as error:
        raise MalformedError(str(error)) from error
