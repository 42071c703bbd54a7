"""`main.py ask`: the bot's answers to a new follower, one question per line."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bot.answers.policy_answers import PolicyAnswer, PolicyTalk
from bot.cli import jsonl
from config.calendar import SHANGHAI
from config.commands import CommandWords
from config.errors import InputError
from config.markup import flatten
from config.policy.loader import load
from config.texts import Texts


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: one question, or a file of them."""
    texts = Texts.load()
    parser.add_argument("--on", metavar="DATE", help=texts("commands.ask_on"))
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("text", nargs="?", metavar="TEXT", help=texts("commands.ask_text"))
    asked.add_argument("--file", metavar="F", help=texts("commands.ask_file"))


def main(args: argparse.Namespace) -> int:
    """Write one line per input line, in order; an unanswered question is no error."""
    now = jsonl.read_on(args.on, SHANGHAI) if args.on else datetime.now(UTC)
    texts = Texts.load(markup=flatten)
    talk = PolicyTalk(load(), texts)
    words = CommandWords.load()
    questions = [args.text] if args.file is None else _questions(args.file)
    for question in questions:
        answer = newcomer_answer(talk, texts, words, question, now)
        jsonl.write({"question": question, "reply": answer.text, "items": list(answer.items), "sure": answer.sure})
    return 0


# Replies to commands from an unregistered person; a conversation test checks that the chat gives the same.
NEWCOMER = {
    "ask_eligible": "chat.assessment.unregistered",
    "register": "chat.registration.name",
    "register_again": "chat.registration.name",
    "my_profile": "chat.profile.none",
    "help": "chat.help.text",
    "cancel": "chat.unclear.none_running",
    "more": "chat.unclear.no_more",
    "go_on": "chat.unclear.no_more",
    "enter": "chat.entry.no_role",
    "human": "chat.ticket.start",
    "my_tickets": "chat.ticket.none",
    "my_zone": "chat.zone.unregistered",
    "export_data": "chat.export.no_page",
    "erase": "chat.erasing.first",
    "windows": "chat.windows.none",
    "challenges": "challenges.list_in_chat",
    "my_bids": "challenges.mine_unregistered",
}


def newcomer_answer(talk: PolicyTalk, texts: Texts, words: CommandWords, question: str, now: datetime) -> PolicyAnswer:
    """Return the first answer to a new follower asking this."""
    said = words.read(question)
    command = said.command
    if not said.normalised:
        answer = PolicyAnswer(texts("chat.unclear.empty"), (), sure=False)
    elif command is None or command == "events":
        # 宁工品推 is also a policy item, and only the chat's database knows the events.
        answer = talk.answer(said, now)
    elif command == "clauses":
        answer = PolicyAnswer(talk.contents(), (), sure=True)
    elif command in NEWCOMER:
        answer = PolicyAnswer(texts(NEWCOMER[command]), (), sure=True)
    else:
        # Lists and personal data need a database, which this command has not.
        answer = PolicyAnswer(texts("chat.unclear.in_chat", name=words.first(command)), (), sure=True)
    return replace(answer, text=talk.dated(answer.text, now))


def _questions(path: str) -> Iterator[str]:
    for _, line in jsonl.lines(path, blank=True):
        if isinstance(line, InputError):
            raise line
        yield line.decode(errors="replace").rstrip("\r\n")
