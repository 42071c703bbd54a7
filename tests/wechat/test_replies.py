"""What we answer: every reply type as the platform reads it, hostile words tamed, long words split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import replies as r
from bot.wechat.markup import Node, each, inner, read


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
    assert content == r.printable(words).replace("\r\n", "\n").replace("\r", "\n")


TAIL = "\n（更多）"
LINK = '<a href="weixin://bizmsgmenu?msgmenucontent=第五条&msgmenuid=5">第五条</a>'


def test_what_fits_is_not_touched() -> None:
    words = "好" * 682 + "ab"
    assert len(words.encode()) == 2048
    assert r.split(words, tail=TAIL) == (words, "")


def test_a_long_text_is_cut_at_a_line_end() -> None:
    lines = [f"第{number}行" + "字" * 40 for number in range(40)]
    first, rest = r.split("\n".join(lines), tail=TAIL)
    assert first.endswith(TAIL)
    assert first.removesuffix(TAIL).split("\n") + rest.split("\n") == lines


@pytest.mark.parametrize("before", range(90, 125))
def test_no_link_is_cut(before: int) -> None:
    words = "x" * before + LINK + "y" * 60
    first, rest = r.split(words, limit=160)
    assert first.count("<a") == first.count("</a>")
    assert rest.count("<a") == rest.count("</a>")
    assert first + rest == words


@pytest.mark.parametrize("cluster", ["e\u0301\u0302", "👩\u200d👩\u200d👧", "👍🏽", "🇨🇳", "1\ufe0f\u20e3"])
@pytest.mark.parametrize("before", range(40, 64))
def test_no_character_that_people_see_is_cut(cluster: str, before: int) -> None:
    first, rest = r.split("x" * before + cluster + "y" * 40, limit=64)
    assert cluster in first or cluster in rest
    assert first + rest == "x" * before + cluster + "y" * 40


def test_a_link_longer_than_the_limit_is_cut_rather_than_never_sent() -> None:
    words = f'<a href="{"x" * 300}">x</a>'
    first, rest = r.split(words, limit=100)
    assert len(first) == 100
    assert first + rest == words


def test_marks_without_a_letter_do_not_stop_the_cut() -> None:
    first, rest = r.split("\u0301" * 3000)
    assert first + rest == "\u0301" * 3000
    assert first


@given(st.text(max_size=400), st.integers(min_value=16, max_value=200))
def test_the_parts_fit_and_lose_only_line_ends(words: str, limit: int) -> None:
    parts, rest = [], words
    while rest:
        part, left = r.split(rest, limit, "…")
        assert len(part.encode()) <= limit
        assert len(left) < len(rest)
        parts.append(part.removesuffix("…") if left else part)
        rest = left
    assert "".join(parts).replace("\n", "") == r.printable(words).replace("\n", "")
