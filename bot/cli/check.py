"""`main.py check`: reads every file of config/ and says what is wrong with each."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bot.chat.routes import COMMANDS
from bot.services.config_checks import check_approvals, check_events
from bot.wechat import menu
from config.areas import Areas
from config.cards import Purposes
from config.challenges import ChallengeForm
from config.commands import CommandWords
from config.demo_cast import Cast, DemoCards
from config.errors import InputError
from config.limits import QuotaLimits, StandInLimits, VerificationLimits
from config.policy.loader import load as load_policy
from config.question_words import QuestionWords
from config.reminder_kinds import Reminding
from config.roster_words import RosterWords
from config.texts import Texts
from config.toml_errors import ConfigError, instead
from config.toml_files import CONFIG, TomlFile, load, wrong
from config.workdays import Hours

_PLAIN: Sequence[type[TomlFile]] = (
    Cast,
    ChallengeForm,
    DemoCards,
    QuestionWords,
    QuotaLimits,
    RosterWords,
    StandInLimits,
    VerificationLimits,
)
"""What agrees with itself once each table has its keys."""


def arguments(_parser: argparse.ArgumentParser) -> None:
    """It looks at every file."""


def main(_args: argparse.Namespace) -> int:
    """One sentence for each fault on standard error; 3 where there is any."""
    texts, found = Texts.load(), faults()
    for error in found:
        print(error.sentence, file=sys.stderr)
    count = len(list(CONFIG.rglob("*.toml")))
    print(
        texts("commands.check_bad", count=len(found)) if found else texts("commands.check_good", count=count),
        file=sys.stderr,
    )
    return ConfigError.exit_code if found else 0


def faults(folder: Path = CONFIG) -> list[ConfigError]:
    """Return what is wrong in this folder: of each file the first fault."""
    found = []
    for look in looks(folder).values():
        try:
            look()
        except ConfigError as error:
            found.append(error)
    return found


def looks(folder: Path) -> Mapping[str, Callable[[], object]]:
    """Return how each file of the folder, or each folder in it, is read as the program reads it."""
    policies = [path.parent for path in folder.glob("policy/*/policy.toml")]
    return {
        "texts": lambda: Texts.load(folder / "texts"),
        "areas.toml": lambda: Areas.load(folder / "areas.toml"),
        "broadcasts.toml": lambda: check_approvals(folder),
        "calendar.toml": lambda: Hours.load(folder / "calendar.toml"),
        "cards.toml": lambda: Purposes.load(folder / "cards.toml"),
        "menu.toml": lambda: check_menu(Texts.load(folder / "texts"), folder),
        "reminders.toml": lambda: Reminding.load(folder / "reminders.toml"),
        "words.toml": lambda: CommandWords.load(folder / "words.toml").check_handled(COMMANDS),
        **{one.FILE: partial(one.load, folder / one.FILE) for one in _PLAIN},
        **{f"policy/{path.name}": partial(_read_policy, path, folder) for path in policies},
    }


def _read_policy(path: Path, folder: Path) -> None:
    check_events(load_policy(path), folder)


def check_menu(texts: Texts, folder: Path = CONFIG) -> None:
    """Refuse a menu that the platform would refuse, or with a key that is no command. Raises ConfigError."""
    path = folder / "menu.toml"
    try:
        columns = menu.load(path)
    except InputError as error:
        raise wrong(path, (), texts.error(error).rstrip("。")) from None
    commands = list(load(folder / "words.toml", dict[str, tuple[str, ...]]))
    for number, column in enumerate(columns):
        for place, button in enumerate(column.get("sub_button", ())):
            if button["type"] == "click" and button["key"] not in commands:
                what = f"key 写了“{button['key']}”，{instead(button['key'], commands)}"
                raise wrong(path, ("column", number, "button", place, "key"), what)
