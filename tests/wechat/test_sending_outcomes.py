"""The meaning of each error code for a notice being sent, and what is paused because of it."""

from datetime import timedelta

import pytest

from bot.wechat.api import CUSTOM_SEND, Api
from bot.wechat.errors import ApiError, ApiRefusedError, ApiUncertainError, ApiUnreachableError
from bot.wechat.notices_api import TEMPLATE_SEND
from bot.wechat.reactions import REACTIONS
from bot.wechat.sending import CustomerMessages, number_of, outcome_of
from config.topics import NoticeTopic
from notifications.channels import Channel, Parcel, SendEnding, SendOutcome

# codes | ending | what is paused | minutes
TABLE = """
-1 268487001 268487002                     | later         |         |
40001 40014 42001                          | later         | account | 1
40013 40125 40243 41002 41004 40164 45035  | later         | account | 10
89501 89503 61003 61004 61007 61024        | later         | account | 10
89507                                      | later         | account | 60
89506                                      | later         | account | 1440
40003 46004 49003 43004 50005 48002 43019  | dropped       |         |
50002                                      | dropped       |         |
43101 45015 45047                          | closed        |         |
70000 47003 45002 123456                   | at_visit      |         |
40036 40037 40246 40247 40249 43116        | stop_template |         |
45009                                      | later         | day     |
45011 42010                                | later         | minute  |
48001 65400                                | later         | channel | 1440
48004                                      | later         | channel | 1440
89504                                      | later         | channel | 30
45065                                      | sent          |         |
41001 47001 44002 44004 40033 43001 40008  | refused       |         |
40039 40165 45008 40007 40200 45028        | refused       |         |
"""
ROWS = [
    (int(number), *(part.strip() for part in line.split("|")[1:]))
    for line in TABLE.strip().splitlines()
    for number in line.split("|")[0].split()
]


@pytest.mark.parametrize(("number", "ending", "rests", "minutes"), ROWS)
def test_what_a_code_means_for_the_notice(number: int, ending: str, rests: str, minutes: str) -> None:
    outcome = outcome_of(ApiRefusedError(TEMPLATE_SEND, number, "rid: 1"), TEMPLATE_SEND)
    assert (outcome.ending.value, outcome.stop.value if outcome.stop else "") == (ending, rests)
    if minutes:
        assert outcome.rest == timedelta(minutes=int(minutes))


def test_every_code_of_the_table_has_an_ending_that_names_it() -> None:
    for number in REACTIONS:
        assert outcome_of(ApiRefusedError(TEMPLATE_SEND, number, ""), TEMPLATE_SEND).why == str(number)


def test_a_refused_field_is_named_and_a_limited_receiver_is_marked() -> None:
    wrong = ApiRefusedError(TEMPLATE_SEND, 47003, "argument invalid! data.thing1.value invalid rid: 1")
    assert outcome_of(wrong, TEMPLATE_SEND).why == "47003:thing1"
    assert outcome_of(ApiRefusedError(TEMPLATE_SEND, 50002, ""), TEMPLATE_SEND).limited


def test_only_a_sending_without_an_answer_is_in_doubt() -> None:
    assert outcome_of(ApiUncertainError(TEMPLATE_SEND, "x"), TEMPLATE_SEND) == SendOutcome(
        SendEnding.UNCERTAIN, "no_answer"
    )
    # Without a token nothing was sent.
    assert outcome_of(ApiUncertainError("/cgi-bin/stable_token", "x"), TEMPLATE_SEND).ending is SendEnding.LATER
    assert outcome_of(ApiUnreachableError(TEMPLATE_SEND, "x"), TEMPLATE_SEND).ending is SendEnding.LATER


def test_the_number_of_a_notice_is_the_same_for_ever_and_another_for_every_other() -> None:
    # Fixed: a version changing it would show messages in progress twice.
    assert number_of("window:1:7") == "61debaf98475492b276ce666723b9776"
    assert number_of("window:1:8") != number_of("window:1:7")


class Phone(Api):
    """Accepts messages until scripted to answer otherwise."""

    def __init__(self, *answers: ApiError | None) -> None:
        self.heard: list[str] = []
        self._answers = list(answers)

    async def send_text(self, openid: str, text: str) -> None:
        answer = self._answers.pop(0) if self._answers else None
        if answer is not None:
            raise answer
        self.heard.append(text)


def long(messages: int) -> Parcel:
    text = "长" * 600 + "\n\n" + "文" * 600 + "\n\n" + "字" * 600
    return Parcel(1, "ticket:1:9", 9, NoticeTopic.TICKET, Channel.MESSAGE, 1, "o-wang", text, messages)


async def test_words_too_long_for_one_message_go_out_as_several_in_order() -> None:
    phone = Phone()
    assert await CustomerMessages(phone, "", str).send(long(3)) == SendOutcome(SendEnding.SENT)
    assert phone.heard == ["长" * 600, "文" * 600, "字" * 600]


async def test_words_that_need_more_messages_than_were_counted_are_left_for_the_visit() -> None:
    phone = Phone()
    assert await CustomerMessages(phone, "", str).send(long(2)) == SendOutcome(SendEnding.AT_VISIT, "too_long")
    assert phone.heard == []


async def test_what_did_not_follow_the_first_part_is_handed_back() -> None:
    phone = Phone(None, ApiRefusedError(CUSTOM_SEND, 45047, "out of response count limit"))
    outcome = await CustomerMessages(phone, "", str).send(long(3))
    assert (outcome.ending, outcome.parts, outcome.unsaid) == (SendEnding.CLOSED, 1, "文" * 600 + "\n" + "字" * 600)


async def test_a_second_part_that_may_have_arrived_leaves_the_whole_in_doubt() -> None:
    outcome = await CustomerMessages(Phone(None, ApiUncertainError(CUSTOM_SEND, "x")), "", str).send(long(3))
    assert outcome == SendOutcome(SendEnding.UNCERTAIN, "no_answer")
