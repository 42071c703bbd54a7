"""To whom a challenge and what hangs on it belong."""

from collections.abc import Mapping

from bot.console.policies import number_in
from storage import challenge_files, challenges
from storage.roles import Place
from storage.transactions import Tx


def challenge_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Whose challenge this is."""
    return challenges.place_of(tx, number_in(address))


def challenge_file_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Whose challenge this file of its poster belongs to."""
    file = challenge_files.get(tx, number_in(address))
    return None if file is None or file.bid_id is not None else challenges.place_of(tx, file.challenge_id)


def bid_file_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """For whom this file of a bid was handed in: the challenge's poster."""
    file = challenge_files.get(tx, number_in(address))
    return None if file is None or file.bid_id is None else challenges.place_of(tx, file.challenge_id)
