"""Split text too long for one platform message: where to cut, and where never."""

import re
import unicodedata

# There is no official limit; every SDK uses this one, for passive and custom text alike.
MOST_TEXT_BYTES = 2048

# Used by documents for line or page breaks (Word's soft break is one): a blank keeps words apart.
_BREAKS_OF_PAGES = re.compile("[\x0b\x0c]")
# Control characters except tab and line ends, lone surrogates, and noncharacters.
_NOT_PRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(17))
    + "]"
)
_LONGEST_CLUSTER = 32


def printable(text: str) -> str:
    """Return the text as every store, page, file and XML accepts it.

    Without control characters (tab and line ends stay), lone surrogates and noncharacters; a vertical tab or form feed
    becomes a blank.
    """
    if text.isprintable():
        return text
    return _NOT_PRINTABLE.sub("", _BREAKS_OF_PAGES.sub(" ", text))


def split(text: str, limit: int = MOST_TEXT_BYTES, tail: str = "") -> tuple[str, str]:
    """Return the part that fits `limit` UTF-8 bytes, with `tail` appended if something is left, and the rest.

    Cuts at a paragraph end in the second half, else at a line end there, else between grapheme clusters; never inside
    an `<a …>…</a>` link that would fit whole. A text that fits is returned unchanged, without tail.
    """
    text = printable(text)
    if len(text.encode()) <= limit:
        return text, ""
    budget = limit - len(tail.encode())
    if budget < 4:
        raise ValueError("the limit leaves no room for a character beside the tail")
    most = len(text.encode()[:budget].decode(errors="ignore"))
    ends = (text.rfind(end, most // 2, most + 1) for end in ("\n\n", "\n"))
    cut = next((end for end in ends if end > 0), most)
    link = text.rfind("<a", 0, cut)
    if text[: max(link, 0)].strip() and text.find("</a>", link) + len("</a>") > cut:
        cut = link
    cut = _between_clusters(text, cut)
    return text[:cut].rstrip("\n") + tail, text[cut:].lstrip("\n")


def parted(text: str, limit: int = MOST_TEXT_BYTES) -> list[str]:
    """Split the whole text into messages of at most so many bytes, in order."""
    parts, rest = [], text
    while rest:
        part, rest = split(rest, limit)
        # The platform refuses a blank message.
        parts += [part] if part.strip() else []
    return parts


def _between_clusters(text: str, cut: int) -> int:
    for earlier in range(cut, max(cut - _LONGEST_CLUSTER, 0), -1):
        if not _joined(text[earlier - 1], text[earlier]):
            return earlier
    return cut


def _joined(left: str, right: str) -> bool:
    """Tell whether two code points form one visible character: accents, joined emoji, skin tones, flags."""
    if "\U0001f1e6" <= left <= "\U0001f1ff" and "\U0001f1e6" <= right <= "\U0001f1ff":
        return True
    return (
        "\u200d" in (left, right)
        or unicodedata.category(right) in ("Mn", "Me", "Mc")
        or "\U0001f3fb" <= right <= "\U0001f3ff"
        or "\U000e0020" <= right <= "\U000e007f"
    )
