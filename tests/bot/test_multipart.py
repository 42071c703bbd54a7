"""A multipart body is parsed the same however it is chunked, and refused if no browser would send it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.multipart import Bounds, FormError, Multipart, boundary_of

LINE = "----line"
BOUNDS = Bounds(most_text_bytes=2000, most_file_bytes=3000, most_parts=5)


def part(head: str, content: bytes = b"x") -> bytes:
    return f"--{LINE}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"


def field(name: str, content: bytes = b"x", more: str = "") -> bytes:
    return part(f'Content-Disposition: form-data; name="{name}"{more}', content)


TOKEN = field("csrf", b"token")
END = f"--{LINE}--\r\n".encode()


def read(body: bytes, cuts: list[int] | None = None, bounds: Bounds = BOUNDS) -> list[tuple[str, object]]:
    """Return name and text of each part, or name and content of each file."""
    multipart = Multipart(LINE, bounds, lambda _name, _words: None)
    places = [0, *sorted(cuts or []), len(body)]
    try:
        for begin, end in pairwise(places):
            multipart.feed(body[begin:end])
        multipart.close()
        return [
            (one.name, one.words()) if one.file is None else (f"{one.name}:{one.filename}", one.file.read())
            for one in multipart.parts
        ]
    finally:
        multipart.drop()


CONTENTS = st.lists(st.sampled_from([b"\r\n", b"--", b"\r\n--", LINE.encode(), b"-", b"\r", b"x", "好".encode()]))


@given(st.lists(CONTENTS, max_size=3), st.data())
def test_wherever_it_is_cut_the_parts_are_the_same(contents: list[list[bytes]], data: st.DataObject) -> None:
    mark = f"\r\n--{LINE}".encode()
    whole = [joined for content in contents if mark not in b"\r\n" + (joined := b"".join(content))]
    body = TOKEN + b"".join(field(f"f{n}", one, '; filename="a"') for n, one in enumerate(whole)) + END
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=6))
    wanted = [("csrf", "token"), *((f"f{n}:a", one) for n, one in enumerate(whole))]
    assert read(body, cuts) == wanted
    assert read(body, list(range(len(body)))) == wanted


NAMES = {
    '; filename="申请书.pdf"': "申请书.pdf",
    '; filename="a%22b%0D%0A.pdf"': 'a"b\r\n.pdf',
    '; filename="100%25.pdf"': "100%25.pdf",
    r'; filename="C:\dir\a.pdf"': r"C:\dir\a.pdf",
    r'; filename="a\"b\\.pdf"': r'a"b\.pdf',
    '; filename="a\\"': "a\\",
    "; filename=plain.pdf": "plain.pdf",
    "; filename*=UTF-8''%E5%A5%BD.pdf": "好.pdf",
    '; filename="a;b=c.pdf"': "a;b=c.pdf",
}


@pytest.mark.parametrize("written", NAMES)
def test_a_files_name_is_what_the_browser_meant(written: str) -> None:
    assert read(TOKEN + field("f", b"1", written) + END)[1] == (f"f:{NAMES[written]}", b"1")


WRONG = {
    "nothing": b"",
    "another line": TOKEN.replace(LINE.encode(), b"other") + END,
    "words before it": b"hello\r\n" + TOKEN + END,
    "no end": TOKEN,
    "an end and no part": END,
    "cut off in a head": TOKEN + f"--{LINE}\r\nContent-Dis".encode(),
    "cut off in a file": TOKEN + field("f", b"1" * 50, '; filename="a"')[:-20],
    "a part without a name": TOKEN + part("Content-Disposition: form-data") + END,
    "a part with an empty name": TOKEN + field("") + END,
    "a part without a head": TOKEN + f"--{LINE}\r\n\r\nx\r\n".encode() + END,
    "another disposition": TOKEN + part('Content-Disposition: attachment; name="a"') + END,
    "two dispositions": TOKEN
    + part('Content-Disposition: form-data; name="a"\r\nContent-Disposition: form-data')
    + END,
    "parts within a part": TOKEN + field("a", b"x", "\r\nContent-Type: multipart/mixed; boundary=b") + END,
    "an encoding": TOKEN + field("a", b"eA==", "\r\nContent-Transfer-Encoding: base64") + END,
    "another charset": TOKEN + field("a", b"x", "\r\nContent-Type: text/plain; charset=gbk") + END,
    "a name in GBK": TOKEN + field("f").replace(b'"f"', b'"f"; filename="' + "申请".encode("gbk") + b'"') + END,
    "an odd star": TOKEN + field("f", b"1", "; filename*=gbk''%C9%EA") + END,
    "an endless head": TOKEN + part("X: " + "y" * 5000) + END,
    "many heads": TOKEN + part("\r\n".join(f"X-{n}: y" for n in range(20))) + END,
    "an open quote": TOKEN + part('Content-Disposition: form-data; name="a') + END,
    "too many parts": TOKEN + field("a") * 5 + END,
    "too many words": TOKEN + field("a", b"x" * 2000) + END,
    "too large a file": TOKEN + field("f", b"x" * 3001, '; filename="a"') + END,
}


@pytest.mark.parametrize("what", WRONG)
def test_what_no_browser_sends_is_refused(what: str) -> None:
    with pytest.raises(FormError):
        read(WRONG[what])


def test_words_that_are_no_utf_8_are_refused() -> None:
    with pytest.raises(FormError, match="not_utf8"):
        read(TOKEN + field("a", b"\xff") + END)


def test_nothing_is_read_behind_a_first_part_that_is_refused() -> None:
    def refuse(name: str, words: str) -> None:
        assert (name, words) == ("csrf", "token")
        raise PermissionError

    multipart = Multipart(LINE, BOUNDS, refuse)
    with pytest.raises(PermissionError):
        multipart.feed(TOKEN + field("f", b"1" * 100, '; filename="a"') + END)
    assert [one.name for one in multipart.parts] == ["csrf"]


@pytest.mark.parametrize(
    "header",
    ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'x' * 71}",
     'multipart/form-data; boundary="a\u0131"', "multipart/form-data; charset=utf-8"],
)  # fmt: skip
def test_a_body_without_a_line_is_refused(header: str) -> None:
    with pytest.raises(FormError, match="malformed"):
        boundary_of(header)


@pytest.mark.parametrize("value", ["----WebKitFormBoundaryAbC123", '"a b"', "geckoformboundary0123"])
def test_the_lines_of_browsers_are_found(value: str) -> None:
    assert boundary_of(f"multipart/form-data; boundary={value}") == value.strip('"')
