"""The addresses of challenges and bids; routes.py takes them in."""

from bot.console import board_pages, challenge_file_pages, challenge_pages, challenge_publish_pages
from bot.console.challenge_places import challenge_file_place, challenge_place
from bot.console.policies import ANYBODY, only
from bot.console.route import Route
from bot.console.visits import Upload
from bot.services.roster_file import MOST_BYTES
from storage.roles import Kind

POSTERS = (Kind.SOE_POSTER, Kind.SOE_APPROVER)
PUBLISHERS = (Kind.EDITOR, Kind.APPROVER)
SEE_CHALLENGES = (*POSTERS, *PUBLISHERS, Kind.AUDITOR)
FILE_BYTES = 20 * 1024 * 1024
_AS_POSTER = only(*POSTERS, of=challenge_place)
_AS_PUBLISHER = only(*PUBLISHERS, of=challenge_place)
_SEEN = only(*SEE_CHALLENGES, of=challenge_place)

CHALLENGE_ROUTES = (
    Route("GET", "/board", board_pages.listed, ANYBODY),
    Route("GET", "/board/{id}", board_pages.show, ANYBODY),
    Route("GET", "/challenges", challenge_pages.listed, only(*SEE_CHALLENGES)),
    Route("POST", "/challenges", challenge_pages.create, only(*POSTERS)),
    Route("GET", "/challenges/new", challenge_pages.blank, only(*POSTERS)),
    Route("POST", "/challenges/read", challenge_pages.read_in, only(*POSTERS), Upload(MOST_BYTES)),
    Route("GET", "/challenges/{id}", challenge_pages.show, _SEEN),
    Route("GET", "/challenges/{id}/edit", challenge_pages.edit, _AS_POSTER),
    Route("POST", "/challenges/{id}/edit", challenge_pages.change, _AS_POSTER),
    Route("POST", "/challenges/{id}/move", challenge_pages.move, only(*POSTERS, *PUBLISHERS, of=challenge_place)),
    Route("GET", "/challenges/{id}/publish", challenge_publish_pages.form, _AS_PUBLISHER),
    Route("POST", "/challenges/{id}/publish", challenge_publish_pages.publish, _AS_PUBLISHER),
    Route("POST", "/challenges/{id}/files", challenge_file_pages.upload, _AS_POSTER, Upload(FILE_BYTES)),
    Route(
        "GET", "/challenge-files/{id}", challenge_file_pages.download, only(*SEE_CHALLENGES, of=challenge_file_place)
    ),
    Route("POST", "/challenge-files/{id}/remove", challenge_file_pages.remove, only(*POSTERS, of=challenge_file_place)),
)
