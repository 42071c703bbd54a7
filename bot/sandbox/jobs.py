"""What is done with a file in the process that may be ended: bytes in, bytes out."""

import json
from collections.abc import Callable, Mapping

Job = Callable[[bytes, str], bytes]


def roster_table(data: bytes, given: str) -> bytes:
    """The table of firms, as `roster_file.Table.from_lines` reads it; with every cell's words if anything is given."""
    from bot.services.roster import spreadsheet

    return "\n".join(spreadsheet.read(data, mentioning=bool(given)).to_lines()).encode()


def firm_names(data: bytes, _given: str) -> bytes:
    """The names or codes of a list, as JSON."""
    from bot.services.broadcasts import name_list

    return json.dumps(name_list.read(data)).encode()


def challenge_fields(data: bytes, _given: str) -> bytes:
    """The fields of a challenge's table, as JSON."""
    from bot.services.challenges import draft_import
    from config.challenges import ChallengeForm

    return json.dumps(draft_import.from_table(data, ChallengeForm.load())).encode()


def picture(data: bytes, given: str) -> bytes:
    """The picture made anew, its longer side at most `given` pixels."""
    from bot.services.firms import pictures

    return pictures.clean(data, int(given))


# Each imports what it needs when it runs: the process starts for one job only.
JOBS: Mapping[str, Job] = {job.__name__: job for job in (roster_table, firm_names, challenge_fields, picture)}
