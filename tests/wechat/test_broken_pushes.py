"""Anything wrong with a push is one kind of error, and nothing else is raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import markup, messages
from bot.wechat.errors import WireError
from bot.wechat.parsing import parse
from tests.wechat import platform

NODES = "<x>" * 9 + "</x>" * 9
BROKEN = {
    "nothing": b"",
    "no XML": b"hello",
    "JSON": b'{"ToUserName":"gh_1"}',
    "cut off": platform.text("x")[:-5],
    "another root": platform.text("x").replace(b"xml>", b"html>"),
    "an empty root": b"<xml></xml>",
    "two roots": platform.text("x") * 2,
    "a DOCTYPE": b"<!DOCTYPE xml>" + platform.text("x"),
    "an entity of its own": b'<!DOCTYPE xml [<!ENTITY a "b">]>' + platform.text("&a;"),
    "an entity nobody declared": platform.message("text", "<Content>&boom;</Content>"),
    "an outside entity": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + platform.text("&a;"),
    "too deep": platform.message("text", NODES),
    "too many nodes": platform.message("text", "<a/>" * 1001),
    "bytes that are no UTF-8": platform.text("x").replace(b"x", b"\xff\xfe"),
    "UTF-16": platform.text("x").decode().encode("utf-16"),
    "no sender": b"<xml><ToUserName>a</ToUserName><MsgType>text</MsgType></xml>",
    "no type": b"<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName></xml>",
    "two senders": platform.message("text", "<FromUserName>b</FromUserName>"),
    "a sender with children": platform.text("x")
    .replace(b"<FromUserName>", b"<FromUserName><a/></FromUserName><F>")
    .replace(b"</FromUserName><CreateTime>", b"</F><CreateTime>"),
    "an endless sender": platform.message("text", sender="o" * 65),
    "a time in words": platform.text("x").replace(b"<CreateTime>", b"<CreateTime>soon"),
    "a time beyond 64 bits": platform.message("text", created=10**19),
    "a time in full-width digits": platform.text("x").replace(str(platform.NOW).encode(), "１７９".encode()),
    "a message id in letters": platform.message("text", msg_id="12a"),
    "a negative message id": platform.message("text", msg_id="-1"),
    "content with children": platform.message("text", "<Content><b>x</b></Content>"),
    "a location nowhere": platform.message("location", "<Location_X>nan</Location_X><Location_Y>1</Location_Y>"),
    "a location without coordinates": platform.message("location"),
    "an event without a name": platform.message("event"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_is_wrong_is_one_kind_of_error(what: str) -> None:
    with pytest.raises(WireError) as caught:
        parse(BROKEN[what], secure=False)
    assert not caught.value.forged


# What a person may send, via WeChat or Word, and what is understood.
ODD = {
    "榜单\x0b": "榜单 ",
    "a\0b": "a b",
    "\x02榜\x08单\x1d": " 榜 单 ",
    "a\ufffe\uffffb": "a  b",
    "a\x7f\x85\x9fb": "ab",
    "a\ufdd0\U0001fffeb": "ab",
    "a]]>b": "ab]]>",
    "&#0;&#xD800;": "&#0;&#xD800;",
    "好\t\n好": "好\t\n好",
}


@pytest.mark.parametrize("typed", ODD)
def test_what_xml_has_no_room_for_is_replaced(typed: str) -> None:
    push = parse(platform.message("text", f"<Content><![CDATA[{typed}]]></Content>"), secure=False)
    assert isinstance(push, messages.Text)
    assert push.content == ODD[typed]


REFERENCES = {
    "&#0;": " ", "&#x0;": " ", "&#11;": " ", "&#x0b;": " ", "&#xD800;": " ", "&#xdfff;": " ", "&#xFFFE;": " ",
    "&#1114112;": " ", "&#x110000;": " ", f"&#{'9' * 5000};": " ", f"&#x{'0' * 5000}41;": "A", "&#65;": "A",
    "&#x1F600;": "😀", "&#10;": "\n", "&#x7f;": "", "&#xFDD0;": "",
}  # fmt: skip


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_reference_to_what_is_no_character_is_replaced(reference: str) -> None:
    push = parse(platform.message("text", f"<Content>a{reference}b</Content>"), secure=False)
    assert isinstance(push, messages.Text)
    assert push.content == f"a{REFERENCES[reference]}b"


@pytest.mark.parametrize("piece", [b"\xed\xa0\xbd", b"\xff", b"\xf0\x9f\x98", b"\xc0\x80"])
def test_a_piece_of_a_character_is_replaced(piece: bytes) -> None:
    push = parse(platform.text("a?b").replace(b"a?b", b"a" + piece + b"b"), secure=False)
    assert isinstance(push, messages.Text)
    assert (push.content[0], set(push.content[1:-1]), push.content[-1]) == ("a", {"\ufffd"}, "b")


def test_markup_typed_by_a_person_is_only_words() -> None:
    push = parse(platform.text("<!DOCTYPE html> &amp; <b>"), secure=False)
    assert isinstance(push, messages.Text)
    assert push.content == "<!DOCTYPE html> &amp; <b>"


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    with pytest.raises(WireError):
        parse(body, secure=False)


# Names and values with every character that could mislead a fast parser.
WORDS = st.text(st.sampled_from("ab]>[<!&;/x\r\n\t \x0b\ufffe好😀"), max_size=12)
CHILDREN = st.tuples(st.sampled_from(["a", "b", "xml", "好"]), WORDS, st.booleans())


@given(st.lists(CHILDREN, max_size=4), st.sampled_from(["", " ", "\n", "x", "\ufeff"]))
def test_the_quick_reader_reads_what_the_parser_reads(children: list[tuple[str, str, bool]], between: str) -> None:
    nodes = (
        f"<{name}><![CDATA[{word}]]></{name}>" if marked else f"<{name}>{word}</{name}>"
        for name, word, marked in children
    )
    document = f"{between}<xml>{between.join(nodes)}</xml>"

    def outcome(text: str) -> object:
        try:
            return markup.read(text.encode())
        except WireError as error:
            return error.reason

    # A comment after the root changes only which parser reads it.
    assert outcome(document) == outcome(document + "<!---->")
