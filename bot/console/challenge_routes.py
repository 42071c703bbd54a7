"""The addresses of challenges; routes.py takes them in. Firms bid in the chat's pages, bot/h5."""

from bot.console import (
    board_pages,
    challenge_file_pages,
    challenge_opener_pages,
    challenge_pages,
    challenge_publish_pages,
    challenge_review_pages,
)
from bot.console.challenge_places import bid_file_place, challenge_file_place, challenge_place
from bot.console.policies import ANYBODY, only, whole_city
from bot.console.route import Route
from bot.form_bodies import MOST_FORM_BYTES, Takes
from bot.services.challenge_reading import LONGEST_FIELD
from bot.services.table_file import MOST_BYTES
from storage.roles import Kind

POSTERS = (Kind.SOE_POSTER, Kind.SOE_APPROVER)
PUBLISHERS = (Kind.EDITOR, Kind.APPROVER)
SEE_CHALLENGES = (*POSTERS, *PUBLISHERS, Kind.AUDITOR)
FILE_BYTES = 20 * 1024 * 1024
# Each field filled to its end: 15 of them, and a browser sends nine bytes for a letter.
_LONG = Takes(most_text_bytes=MOST_FORM_BYTES + 15 * LONGEST_FIELD * 9)
_AS_POSTER = only(*POSTERS, of=challenge_place)
_AS_OPENER = only(*POSTERS, *PUBLISHERS, of=challenge_place)
_AS_PUBLISHER = only(*PUBLISHERS, of=challenge_place)
_SEEN = only(*SEE_CHALLENGES, of=challenge_place)

CHALLENGE_ROUTES = (
    Route("GET", "/board", board_pages.listed, ANYBODY),
    Route("GET", "/board/{id}", board_pages.show, ANYBODY),
    Route("GET", "/challenges", challenge_pages.listed, only(*SEE_CHALLENGES)),
    Route("GET", "/ranking-heads", challenge_publish_pages.heads, only(*PUBLISHERS, Kind.AUDITOR, of=whole_city)),
    Route("POST", "/challenges", challenge_pages.create, only(*POSTERS), _LONG, page="/challenges/new"),
    Route("GET", "/challenges/new", challenge_pages.blank, only(*POSTERS)),
    Route(
        "POST",
        "/challenges/read",
        challenge_pages.read_in,
        only(*POSTERS),
        Takes(MOST_BYTES),
        "/challenges/new",
        repeatable=True,
    ),
    Route("GET", "/challenges/{id}", challenge_pages.show, _SEEN),
    Route("GET", "/challenges/{id}/edit", challenge_pages.edit, _AS_POSTER),
    Route("POST", "/challenges/{id}/edit", challenge_pages.change, _AS_POSTER, _LONG),
    Route("POST", "/challenges/{id}/move", challenge_pages.move, only(*POSTERS, *PUBLISHERS, of=challenge_place)),
    Route("POST", "/challenges/{id}/ask-signature", challenge_pages.ask_signature, _AS_POSTER),
    Route("GET", "/challenges/{id}/publish", challenge_publish_pages.form, _AS_PUBLISHER),
    Route("POST", "/challenges/{id}/publish", challenge_publish_pages.publish, _AS_PUBLISHER),
    Route(
        "GET",
        "/challenges/{id}/review",
        challenge_review_pages.show,
        only(*POSTERS, Kind.AUDITOR, of=challenge_place),
    ),
    Route("POST", "/challenges/{id}/review", challenge_review_pages.act, _AS_POSTER),
    Route(
        "GET",
        "/challenges/{id}/why",
        challenge_review_pages.why_not,
        only(*POSTERS, Kind.AUDITOR, of=challenge_place),
    ),
    Route("GET", "/challenges/{id}/openers", challenge_opener_pages.openers, _AS_OPENER),
    Route("POST", "/challenges/{id}/openers", challenge_opener_pages.set_opener, _AS_OPENER),
    Route("POST", "/challenges/{id}/openers/share", challenge_opener_pages.hand_in, _AS_OPENER),
    Route("POST", "/challenges/{id}/openers/take-back", challenge_opener_pages.take_back, _AS_OPENER),
    Route(
        "GET",
        "/challenges/{id}/archive",
        challenge_review_pages.archive,
        only(*POSTERS, Kind.AUDITOR, of=challenge_place),
        recorded="challenge.export",
    ),
    Route(
        "GET",
        "/bid-files/{id}",
        challenge_review_pages.bid_file,
        only(*POSTERS, of=bid_file_place),
        recorded="bid_file.open",
    ),
    Route("POST", "/challenges/{id}/files", challenge_file_pages.upload, _AS_POSTER, Takes(FILE_BYTES)),
    Route(
        "GET",
        "/challenge-files/{id}",
        challenge_file_pages.download,
        only(*SEE_CHALLENGES, of=challenge_file_place),
        recorded="challenge_file.open",
    ),
    Route("POST", "/challenge-files/{id}/remove", challenge_file_pages.remove, only(*POSTERS, of=challenge_file_place)),
)
