"""What we answer, as the platform reads it, hostile words tamed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.markup import Node, read
from bot.wechat.replies import TextReply, render
from notifications.text_splitting import printable


def rendered(reply: TextReply) -> Node:
    return read(render(reply, to="oPERSON", account="gh_1", created=1_795_000_000).encode())


ENDS = {"ToUserName": "oPERSON", "FromUserName": "gh_1", "CreateTime": "1795000000"}


def test_a_text_has_its_nodes() -> None:
    root = rendered(TextReply("第一行\n第二行😀"))
    assert root == {**ENDS, "MsgType": "text", "Content": "第一行\n第二行😀"}


def test_a_text_that_is_too_long_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="split"):
        rendered(TextReply("好" * 683))
    assert rendered(TextReply("好" * 682))["Content"] == "好" * 682


@pytest.mark.parametrize("hostile", ["]]>", "]]>]]>", "a]]>b", "]]]>>", "<![CDATA[x]]>", "]]\x00>", "{0}", "&lt;"])
def test_words_cannot_leave_their_place(hostile: str) -> None:
    wanted = hostile.replace("\x00", "")
    assert rendered(TextReply(hostile))["Content"] == wanted


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_words_arrive_as_they_were_but_for_what_xml_forbids(words: str) -> None:
    content = rendered(TextReply(words))["Content"]
    # XML readers normalise every line end to \n.
    assert content == printable(words).replace("\r\n", "\n").replace("\r", "\n")
