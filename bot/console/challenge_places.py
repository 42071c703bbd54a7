"""Owners of challenges and their files."""

from collections.abc import Mapping

from bot.console.access import number_in
from storage.challenges import challenges, files
from storage.engine.transactions import Tx
from storage.people.roles import Place


def challenge_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the owner of this challenge."""
    return challenges.place_of(tx, number_in(address))


def challenge_file_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the owner of the challenge with this poster's file."""
    file = files.get(tx, number_in(address))
    return None if file is None or file.bid_id is not None else challenges.place_of(tx, file.challenge_id)


def bid_file_place(tx: Tx, address: Mapping[str, str]) -> Place | None:
    """Return the owner of the challenge this bid's file was submitted to."""
    file = files.get(tx, number_in(address))
    return None if file is None or file.bid_id is None else challenges.place_of(tx, file.challenge_id)
