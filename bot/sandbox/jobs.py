"""File jobs run in the killable process: bytes in, bytes out."""

import json
from collections.abc import Callable, Mapping

Job = Callable[[bytes, str], bytes]


def roster_table(data: bytes, given: str) -> bytes:
    """Read a firm table for `spreadsheet.Table.from_lines`; with every cell's text if anything is given."""
    from bot.services.roster import spreadsheet

    return "\n".join(spreadsheet.read(data, mentioning=bool(given)).to_lines()).encode()


def firm_names(data: bytes, _given: str) -> bytes:
    """Return a list's names or codes, as JSON."""
    from bot.services.broadcasts import name_list

    return json.dumps(name_list.read(data)).encode()


def challenge_fields(data: bytes, _given: str) -> bytes:
    """Return a challenge table's fields, as JSON."""
    from bot.services.challenges import draft_import
    from config.challenges import ChallengeForm

    return json.dumps(draft_import.from_table(data, ChallengeForm.load())).encode()


def picture(data: bytes, given: str) -> bytes:
    """Re-encode the picture, its longer side at most `given` pixels."""
    from bot.services.firms import pictures

    return pictures.clean(data, int(given))


# Each imports what it needs when run: the process serves one job only.
JOBS: Mapping[str, Job] = {job.__name__: job for job in (roster_table, firm_names, challenge_fields, picture)}
