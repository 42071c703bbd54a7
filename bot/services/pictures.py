"""A picture that somebody sent is made anew from its pixels: nothing else of the file is kept."""

import struct
from io import BytesIO

from PIL import Image, ImageOps

from config.errors import InputError

MOST_BYTES = 10 * 1024 * 1024
# Headers promise more than a small file holds; nothing larger is unpacked. A phone's camera makes 12 to 50 million.
MOST_PIXELS = 50_000_000
# What a person can still read of a licence, and a decision needs.
LONGEST_SIDE = 2000
_FORMATS = ("JPEG", "PNG", "WEBP")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, ZeroDivisionError, IndexError, KeyError)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError)


def clean(content: bytes, longest: int = LONGEST_SIDE) -> bytes:
    """A JPEG of these pixels, turned upright, without EXIF, comments or profiles. Takes a second: off the event loop.

    `longest`: its longer side. The type is told by the content, never by a name. Raises InputError that says what to
    send instead.
    """
    if len(content) > MOST_BYTES:
        raise InputError("picture_large", most=MOST_BYTES // (1024 * 1024))
    if not content.startswith(_MAGIC):
        raise InputError("picture_type")
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as found:
            if found.width * found.height > MOST_PIXELS:
                raise InputError("picture_large", most=MOST_BYTES // (1024 * 1024))
            # A JPEG is unpacked at the size that is wanted: a quarter of the time, a sixteenth of the memory.
            found.draft("RGB", (longest, longest))
            upright = ImageOps.exif_transpose(found)
            upright.thumbnail((longest, longest))
            pixels = Image.new("RGB", upright.size, "white")
            seen = upright.convert("RGBA")
            pixels.paste(seen, mask=seen.getchannel("A"))
    except _BOMB:
        raise InputError("picture_large", most=MOST_BYTES // (1024 * 1024)) from None
    except _BROKEN:
        raise InputError("picture_damaged") from None
    made = BytesIO()
    pixels.save(made, "JPEG", quality=82)
    return made.getvalue()
