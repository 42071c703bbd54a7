"""The reaction to each error code, restated by hand from the protocol's table."""

from datetime import timedelta

import pytest

from bot.wechat import reactions
from bot.wechat.errors import ApiRefusedError
from bot.wechat.reactions import Reaction, ReactionKind, ReceiverState

# codes | meaning | reaction | alert | stored about the person | pause in minutes
TABLE = """
-1 268487001 268487002               | busy                          | retry          |       |             |
40001 40014 42001                    | token                         | refresh_token  |       |             |
41001                                | token left out                | bug            | alert |             |
40013 40125 41002 41004 40243        | app id or secret              | stop_all       | alert |             | 10
40164 45035 89501 89503              | our address                   | stop_all       | alert |             | 10
89507                                | our address, refused 1 h      | stop_all       | alert |             | 60
89506                                | our address, refused 24 h     | stop_all       | alert |             | 1440
40003 46004 49003                    | openid                        | drop           |       | invalid     |
43004 50005                          | not a follower                | drop           |       | unreachable |
45015                                | out of the window             | fall_back      |       |             |
45047                                | window quota spent            | hold           |       |             |
48002                                | messages switched off         | drop           |       | muted       |
43019                                | on our blacklist              | drop           |       | blocked     |
43101                                | no grant                      | drop           |       | grant_gone  |
50002                                | limited                       | drop           |       | limited     |
40037 40036 40246 40247              | template wrong or gone        | stop_template  | alert |             |
43116 40249                          | template abused               | stop_template  | alert |             |
47003                                | template field                | fix_data       |       |             |
47001 44002 40033 43001 43002 43003  | what we sent                  | bug            | alert |             |
44004                                | empty text                    | bug            | alert |             |
45002                                | too long                      | split          |       |             |
45008 45162 40008 40039 40165        | articles, type, address       | bug            | alert |             |
40007 40004 40005 40006 40009        | media                         | reupload       |       |             |
40010 40011 40012                    | media                         | reupload       |       |             |
45009                                | daily quota                   | stop_api       | alert |             |
45011 42010                          | quota of the minute           | slow_down      |       |             | 1
45028                                | no broadcast left             | fail_job       |       |             |
45065                                | broadcast done before         | success        |       |             |
45066                                | broadcast repeated too fast   | wait           |       |             | 1
45067 40130 40031 40032 40152        | broadcast's arguments         | bug            | alert |             |
89504 89505                          | an admin has to confirm       | wait           |       |             | 30
48001                                | not granted to this account   | stop_feature   | alert |             |
48004                                | banned                        | stop_api       | alert |             | 1440
48006                                | no clearing left              | stop_api       | alert |             |
40200                                | kind not for this account     | plain_text     |       |             |
61024 61003 61004 61007 61016 61023  | another kind of credential    | stop_all       | alert |             | 10
65400 65401 65402 65403 65404 65405  | human agents                  | stop_feature   |       |             |
65406 65407 65408 65409 65410 65411  | human agents                  | stop_feature   |       |             |
65412 65413 65414 65415 65416 65417  | human agents                  | stop_feature   |       |             |
70000                                | protection of minors          | drop           |       |             |
40029 40163 42003                    | code of a page                | restart_oauth  |       |             |
42002 40030 42007                    | grant of a page               | reauthorise    |       |             |
"""


def rows() -> list[tuple[int, Reaction]]:
    found = []
    for line in TABLE.strip().splitlines():
        codes, _, kind, alert, person, pause = (cell.strip() for cell in line.split("|"))
        reaction = Reaction(
            ReactionKind(kind),
            alert=alert == "alert",
            person=ReceiverState(person) if person else None,
            pause=timedelta(minutes=int(pause)) if pause else None,
        )
        found += [(int(code), reaction) for code in codes.split()]
    return found


@pytest.mark.parametrize(("code", "reaction"), rows())
def test_each_code_has_its_reaction(code: int, reaction: Reaction) -> None:
    assert reactions.to(code) == reaction


def test_the_table_holds_nothing_that_was_not_restated() -> None:
    assert set(reactions.REACTIONS) == {code for code, _ in rows()}


def test_an_unknown_code_is_not_repeated_and_people_are_told() -> None:
    assert reactions.to(99999) == Reaction(ReactionKind.DROP, alert=True)


def test_a_refusal_keeps_the_names_that_help_and_nothing_else() -> None:
    told = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist hint rid: 5f8a1c2e-0a1b2c3d-4e5f6a7b"
    error = ApiRefusedError("/cgi-bin/stable_token", 40164, told)
    assert (error.address, error.rid) == ("203.0.113.7", "5f8a1c2e-0a1b2c3d-4e5f6a7b")
    assert str(error) == "/cgi-bin/stable_token: 40164"
