"""The addresses of challenges; routes.py takes them in. Firms bid in the chat's pages, bot/h5."""

from bot.console.access import ANYBODY, only, whole_city
from bot.console.challenge_places import bid_file_place, challenge_file_place, challenge_place
from bot.console.challenges import challenges, files, openers, public_board, publish, review
from bot.console.route import Route
from bot.services.challenges.draft_import import LONGEST_FIELD
from bot.services.table_file import MOST_BYTES
from bot.web.form_bodies import MOST_FORM_BYTES, Takes
from storage.people.roles import Kind

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
    Route("GET", "/board", public_board.listed, ANYBODY),
    Route("GET", "/board/{id}", public_board.show, ANYBODY),
    Route("GET", "/challenges", challenges.listed, only(*SEE_CHALLENGES)),
    Route("GET", "/ranking-heads", publish.heads, only(*PUBLISHERS, Kind.AUDITOR, of=whole_city)),
    Route("POST", "/challenges", challenges.create, only(*POSTERS), _LONG, page="/challenges/new"),
    Route("GET", "/challenges/new", challenges.blank, only(*POSTERS)),
    Route(
        "POST",
        "/challenges/read",
        challenges.read_in,
        only(*POSTERS),
        Takes(MOST_BYTES),
        "/challenges/new",
        repeatable=True,
    ),
    Route("GET", "/challenges/{id}", challenges.show, _SEEN),
    Route("GET", "/challenges/{id}/edit", challenges.edit, _AS_POSTER),
    Route("POST", "/challenges/{id}/edit", challenges.change, _AS_POSTER, _LONG),
    Route("POST", "/challenges/{id}/move", challenges.move, only(*POSTERS, *PUBLISHERS, of=challenge_place)),
    Route("POST", "/challenges/{id}/ask-signature", challenges.ask_signature, _AS_POSTER),
    Route("GET", "/challenges/{id}/publish", publish.form, _AS_PUBLISHER),
    Route("POST", "/challenges/{id}/publish", publish.publish, _AS_PUBLISHER),
    Route(
        "GET",
        "/challenges/{id}/review",
        review.show,
        only(*POSTERS, Kind.AUDITOR, of=challenge_place),
    ),
    Route("POST", "/challenges/{id}/review", review.act, _AS_POSTER),
    Route(
        "GET",
        "/challenges/{id}/why",
        review.why_not,
        only(*POSTERS, Kind.AUDITOR, of=challenge_place),
    ),
    Route("GET", "/challenges/{id}/openers", openers.openers, _AS_OPENER),
    Route("POST", "/challenges/{id}/openers", openers.set_opener, _AS_OPENER),
    Route("POST", "/challenges/{id}/openers/share", openers.hand_in, _AS_OPENER),
    Route("POST", "/challenges/{id}/openers/take-back", openers.take_back, _AS_OPENER),
    Route(
        "GET",
        "/challenges/{id}/archive",
        review.archive,
        only(*POSTERS, Kind.AUDITOR, of=challenge_place),
        recorded="challenge.export",
    ),
    Route(
        "GET",
        "/bid-files/{id}",
        review.bid_file,
        only(*POSTERS, of=bid_file_place),
        recorded="bid_file.open",
    ),
    Route("POST", "/challenges/{id}/files", files.upload, _AS_POSTER, Takes(FILE_BYTES)),
    Route(
        "GET",
        "/challenge-files/{id}",
        files.download,
        only(*SEE_CHALLENGES, of=challenge_file_place),
        recorded="challenge_file.open",
    ),
    Route("POST", "/challenge-files/{id}/remove", files.remove, only(*POSTERS, of=challenge_file_place)),
)
