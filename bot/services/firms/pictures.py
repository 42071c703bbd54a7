"""Re-encode a received picture from its pixels, dropping everything else in the file."""

import struct
from io import BytesIO

from PIL import Image, ImageOps

from config.errors import InputError

MOST_BYTES = 10 * 1024 * 1024
# Small files can declare huge pictures; nothing larger is decoded. Phone cameras make 12 to 50 million pixels, which
# only the JPEG reader decodes scaled down; otherwise a pixel takes up to 13 bytes (PNG) or 21 (WebP) at peak.
MOST_PIXELS = {"JPEG": 64_000_000, "PNG": 36_000_000, "WEBP": 12_000_000}
# Enough to read and judge a licence.
LONGEST_SIDE = 2000
_STRIP = 64
_TURNED = 0x0112
_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"RIFF": "WEBP"}
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, struct.error, ZeroDivisionError, IndexError, KeyError)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def clean(content: bytes, longest: int = LONGEST_SIDE) -> bytes:
    """Return a JPEG of these pixels, turned upright, without EXIF, comments or profiles. Takes up to a second and 300
    MB: run it in a killable process (bot/sandbox).

    `longest`: its longer side. The type is detected from content, never the name. Raises InputError saying what to send
    instead.
    """
    form = next((form for magic, form in _MAGIC.items() if content.startswith(magic)), None)
    if len(content) > MOST_BYTES:
        raise _too_large(form or "JPEG")
    if form is None:
        raise InputError("picture_type")
    # Opening a WebP already allocates its pixels.
    if form == "WEBP" and _pixels_of_webp(content) > MOST_PIXELS[form]:
        raise _too_large(form)
    try:
        with Image.open(BytesIO(content), formats=(form,)) as found:
            if found.width * found.height > MOST_PIXELS[form]:
                raise _too_large(form)
            # Decode a JPEG at the wanted size: a quarter of the time, a sixteenth of the memory.
            found.draft("RGB", (longest, longest))
            pixels = _on_white(found, max(1, max(found.size) // longest))
            pixels.getexif()[_TURNED] = found.getexif().get(_TURNED, 1)
            pixels = ImageOps.exif_transpose(pixels)
            pixels.thumbnail((longest, longest))
    except _BOMB:
        raise _too_large(form) from None
    except MemoryError:
        raise InputError("picture_unreadable") from None
    except _BROKEN:
        raise InputError("picture_damaged") from None
    made = BytesIO()
    pixels.save(made, "JPEG", quality=82)
    return made.getvalue()


def _on_white(found: Image.Image, by: int) -> Image.Image:
    """Return the picture on white, each side divided by `by`: strip by strip, to hold it in memory only once."""
    width, height = found.size
    pixels = Image.new("RGB", (-(-width // by), -(-height // by)), "white")
    for top in range(0, height, _STRIP * by):
        strip = found.crop((0, top, width, min(height, top + _STRIP * by))).convert("RGBA").reduce(by)
        pixels.paste(strip, (0, top // by), mask=strip.getchannel("A"))
    return pixels


def _pixels_of_webp(content: bytes) -> int:
    """Return how many pixels a WebP header declares; 0 if invalid."""
    kind, rest = content[12:16], content[20:30].ljust(10, b"\0")
    if kind == b"VP8X":
        return (int.from_bytes(rest[4:7], "little") + 1) * (int.from_bytes(rest[7:10], "little") + 1)
    if kind == b"VP8L":
        sides = int.from_bytes(rest[1:5], "little")
        return ((sides & 0x3FFF) + 1) * ((sides >> 14 & 0x3FFF) + 1)
    if kind == b"VP8 ":
        return (int.from_bytes(rest[6:8], "little") & 0x3FFF) * (int.from_bytes(rest[8:10], "little") & 0x3FFF)
    return 0


def _too_large(form: str) -> InputError:
    return InputError("picture_large", most=MOST_BYTES // (1024 * 1024), pixels=MOST_PIXELS[form] // 10_000)
