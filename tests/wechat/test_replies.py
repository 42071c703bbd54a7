"""What we answer: every reply type as the platform reads it, hostile words tamed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import replies as r
from bot.wechat.markup import Node, each, inner, read
from notifications.text_splitting import printable


def rendered(reply: r.Reply, to_event: bool = False) -> Node:
    xml = r.render(reply, to="oPERSON", account="gh_1", created=1_795_000_000, to_event=to_event)
    return read(xml.encode())


ENDS = {"ToUserName": "oPERSON", "FromUserName": "gh_1", "CreateTime": "1795000000"}


@pytest.mark.parametrize(
    ("reply", "kind", "wanted"),
    [
        (r.TextReply("第一行\n第二行😀"), "text", {"Content": "第一行\n第二行😀"}),
        (r.ImageReply("m"), "image", {"Image": {"MediaId": "m"}}),
        (r.VoiceReply("m"), "voice", {"Voice": {"MediaId": "m"}}),
        (r.VideoReply("m"), "video", {"Video": {"MediaId": "m"}}),
        (
            r.VideoReply("m", "t", "{d}"),
            "video",
            {"Video": {"MediaId": "m", "Title": "t", "Description": "{d}"}},
        ),
        (r.MusicReply("m"), "music", {"Music": {"ThumbMediaId": "m"}}),
        (
            r.MusicReply("m", "t", "d", "u", "h"),
            "music",
            {"Music": {"ThumbMediaId": "m", "Title": "t", "Description": "d", "MusicUrl": "u", "HQMusicUrl": "h"}},
        ),
        (
            r.NewsReply((r.Article("t", "d", "p", "u"),)),
            "news",
            {
                "ArticleCount": "1",
                "Articles": {"item": {"Title": "t", "Description": "d", "PicUrl": "p", "Url": "u"}},
            },
        ),
        (r.TransferReply(), "transfer_customer_service", {}),
        (r.TransferReply("a@b"), "transfer_customer_service", {"TransInfo": {"KfAccount": "a@b"}}),
    ],
)
def test_each_reply_has_its_nodes(reply: r.Reply, kind: str, wanted: dict[str, object]) -> None:
    assert rendered(reply) == {**ENDS, "MsgType": kind, **wanted}


@pytest.mark.parametrize(("to_event", "most"), [(False, 1), (True, 8)])
def test_a_message_gets_one_card_and_an_event_up_to_eight(to_event: bool, most: int) -> None:
    root = rendered(r.NewsReply(tuple(r.Article(str(number)) for number in range(9))), to_event)
    assert root["ArticleCount"] == str(most)
    assert [card["Title"] for card in each(inner(root, "Articles"), "item")] == [str(number) for number in range(most)]


def test_mistakes_of_ours_are_loud() -> None:
    with pytest.raises(ValueError, match="split"):
        rendered(r.TextReply("好" * 683))
    with pytest.raises(ValueError, match="article"):
        rendered(r.NewsReply(()))
    assert rendered(r.TextReply("好" * 682))["Content"] == "好" * 682


@pytest.mark.parametrize("hostile", ["]]>", "]]>]]>", "a]]>b", "]]]>>", "<![CDATA[x]]>", "]]\x00>", "{0}", "&lt;"])
def test_words_cannot_leave_their_place(hostile: str) -> None:
    wanted = hostile.replace("\x00", "")
    assert rendered(r.TextReply(hostile))["Content"] == wanted
    cards = inner(rendered(r.NewsReply((r.Article(hostile, hostile, hostile, hostile),))), "Articles")
    assert list(inner(cards, "item").values()) == [wanted] * 4
    assert inner(rendered(r.VideoReply("m", hostile)), "Video")["Title"] == wanted
    assert inner(rendered(r.TransferReply(hostile)), "TransInfo")["KfAccount"] == wanted


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_words_arrive_as_they_were_but_for_what_xml_forbids(words: str) -> None:
    content = rendered(r.TextReply(words))["Content"]
    # XML readers turn every line end into \n.
    assert content == printable(words).replace("\r\n", "\n").replace("\r", "\n")
