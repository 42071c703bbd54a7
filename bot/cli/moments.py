"""The day a command is asked about: `--on`, or a line's own `on`."""

import re
from datetime import datetime, tzinfo

from bot.cli.jsonl import shown
from config.errors import InputError

_FORM = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII)


def read_on(text: object, zone: tzinfo) -> datetime:
    """Parse the moment: 2028-12-31 is the start of that day in `zone`, 2028-12-31T23:59:59 is also in it.

    A time with its own offset keeps it. Raises InputError if `text` is no such date.
    """
    if isinstance(text, str) and _FORM.fullmatch(text):
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return found if found.tzinfo else found.replace(tzinfo=zone)
    raise InputError("on_wrong", given=shown(text))
