"""Any picture sent: only pixels come through, and nothing hostile is decoded."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from bot.services.firms import pictures
from config.errors import InputError


def encoded(form: str, size: tuple[int, int] = (640, 480), **how: object) -> bytes:
    made = BytesIO()
    Image.linear_gradient("L").convert("RGB").resize(size).save(made, form, **how)
    return made.getvalue()


def located() -> bytes:
    """Return a JPEG with location, camera, rotation and a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRET-CAMERA"
    exif.get_ifd(0x8825).update({1: "N", 2: (32.0, 3.0, 36.0), 3: "E", 4: (118.0, 47.0, 48.0)})
    return encoded("JPEG", exif=exif, comment=b"SECRET-COMMENT")


def png_bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that decodes to billions of pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_of_any_usual_kind_comes_out_as_a_plain_jpeg(form: str) -> None:
    made = pictures.clean(encoded(form, (3000, 1500)))
    with Image.open(BytesIO(made)) as seen:
        assert (seen.format, seen.size) == ("JPEG", (2000, 1000))


def test_where_and_with_what_it_was_taken_is_gone_and_it_stands_upright() -> None:
    sent = located()
    assert b"SECRET-CAMERA" in sent
    with Image.open(BytesIO(sent)) as before:
        assert before.getexif().get_ifd(0x8825)
    made = pictures.clean(sent)
    with Image.open(BytesIO(made)) as seen:
        assert (dict(seen.getexif()), seen.size, "comment" in seen.info) == ({}, (480, 640), False)
    assert b"SECRET" not in made
    assert b"Exif" not in made


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (png_bomb(60_000, 60_000), "picture_large"),
        (png_bomb(9_000, 9_000), "picture_large"),
        (b"\xff\xd8\xff" + b"\0" * pictures.MOST_BYTES, "picture_large"),
        (b"<html><script>alert(1)</script></html>", "picture_type"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "picture_type"),
        (b"GIF89a" + b"\0" * 100, "picture_type"),
        (b"%PDF-1.7", "picture_type"),
        (b"", "picture_type"),
        (b"\xff\xd8\xff<html><script>alert(1)</script>", "picture_damaged"),
        (b"RIFF\0\0\0\0WAVEfmt ", "picture_damaged"),
        (encoded("JPEG", (1500, 1500))[:6000], "picture_damaged"),
        (encoded("PNG")[:-200], "picture_damaged"),
        (png_bomb(1_000, 1_000), "picture_damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_no_good_photo_is_refused_with_what_to_send_instead(content: bytes, why: str) -> None:
    with pytest.raises(InputError) as refused:
        pictures.clean(content)
    assert refused.value.code == why


def test_a_picture_with_a_program_behind_it_leaves_the_program_behind() -> None:
    made = pictures.clean(encoded("JPEG") + b"<?php system($_GET['c']); ?><script>alert(1)</script>")
    assert b"php" not in made
    assert b"script" not in made
