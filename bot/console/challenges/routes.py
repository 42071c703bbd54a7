"""Challenge routes, included by routes.py. Firms bid in the chat's pages, bot/h5."""

from bot.console.access import ANYBODY, bid_file_place, challenge_file_place, challenge_place, only, whole_city
from bot.console.challenges import challenges, files, openers, public_board, publish, review
from bot.console.route import ConsoleRoute
from bot.services.challenges.draft_import import LONGEST_FIELD
from bot.services.table_file import MOST_BYTES
from bot.web.form_bodies import MOST_FORM_BYTES, Takes
from storage.people.roles import RoleKind

POSTERS = (RoleKind.SOE_POSTER, RoleKind.SOE_APPROVER)
PUBLISHERS = (RoleKind.EDITOR, RoleKind.APPROVER)
SEE_CHALLENGES = (*POSTERS, *PUBLISHERS, RoleKind.AUDITOR)
FILE_BYTES = 20 * 1024 * 1024
# All 15 fields at full length; browsers send nine bytes per character.
_LONG = Takes(most_text_bytes=MOST_FORM_BYTES + 15 * LONGEST_FIELD * 9)
_AS_POSTER = only(*POSTERS, of=challenge_place)
# The firm's word is given by whoever signs for it.
_AS_SIGNER = only(RoleKind.SOE_APPROVER, of=challenge_place)
_AS_OPENER = only(*POSTERS, *PUBLISHERS, of=challenge_place)
_AS_PUBLISHER = only(*PUBLISHERS, of=challenge_place)
# Where the forms of most acts stand.
_REVIEW = "/challenges/{id}/review"
_SEEN = only(*SEE_CHALLENGES, of=challenge_place)
_AS_READER = only(*POSTERS, RoleKind.AUDITOR, of=challenge_place)
_SEES_FILE = only(*SEE_CHALLENGES, of=challenge_file_place)
_SEES_BID_FILE = only(*POSTERS, of=bid_file_place)
_TABLE = Takes(MOST_BYTES)

CHALLENGE_ROUTES = (
    ConsoleRoute("GET", "/board", public_board.listed, ANYBODY),
    ConsoleRoute("GET", "/board/{id}", public_board.show, ANYBODY),
    ConsoleRoute("GET", "/challenges", challenges.listed, only(*SEE_CHALLENGES)),
    ConsoleRoute("GET", "/ranking-heads", publish.heads, only(*PUBLISHERS, RoleKind.AUDITOR, of=whole_city)),
    ConsoleRoute("POST", "/challenges", challenges.create, only(*POSTERS), _LONG, page="/challenges/new"),
    ConsoleRoute("GET", "/challenges/new", challenges.blank, only(*POSTERS)),
    ConsoleRoute(
        "POST", "/challenges/read", challenges.read_in, only(*POSTERS), _TABLE, "/challenges/new", repeatable=True
    ),
    ConsoleRoute("GET", "/challenges/{id}", challenges.show, _SEEN),
    ConsoleRoute("GET", "/challenges/{id}/edit", challenges.edit, _AS_POSTER),
    ConsoleRoute("POST", "/challenges/{id}/edit", challenges.change, _AS_POSTER, _LONG),
    ConsoleRoute("POST", "/challenges/{id}/sign-off", challenges.sign_off, _AS_SIGNER),
    ConsoleRoute("POST", "/challenges/{id}/send-back", challenges.send_back, _AS_PUBLISHER),
    ConsoleRoute("POST", "/challenges/{id}/withdraw", challenges.withdraw, _AS_POSTER),
    ConsoleRoute("POST", "/challenges/{id}/begin-review", challenges.begin_review, _AS_POSTER, page=_REVIEW),
    ConsoleRoute(
        "POST", "/challenges/{id}/end-without-result", challenges.end_without_result, _AS_POSTER, page=_REVIEW
    ),
    ConsoleRoute("POST", "/challenges/{id}/ask-signature", challenges.ask_signature, _AS_POSTER),
    ConsoleRoute("GET", "/challenges/{id}/publish", publish.form, _AS_PUBLISHER),
    ConsoleRoute("POST", "/challenges/{id}/publish", publish.publish, _AS_PUBLISHER),
    ConsoleRoute("GET", "/challenges/{id}/review", review.show, _AS_READER),
    ConsoleRoute("POST", "/challenges/{id}/answer", review.answer, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/amend", review.amend, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/extend", review.extend, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/invite", review.invite, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/agree", review.agree, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/criteria", review.criteria, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/reviewers", review.add_reviewer, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/scores", review.score, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/minutes", review.keep_minutes, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/choose", review.choose, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/announce", review.announce, _AS_SIGNER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/objections", review.enter_objection, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/objections/answer", review.answer_objection, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/begin-signing", review.begin_signing, _AS_SIGNER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/contract", review.sign, _AS_SIGNER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/milestones", review.reach_milestone, _AS_POSTER, page=_REVIEW),
    ConsoleRoute("POST", "/challenges/{id}/accept", review.accept, _AS_SIGNER, page=_REVIEW),
    ConsoleRoute("GET", "/challenges/{id}/why", review.why_not, _AS_READER),
    ConsoleRoute("GET", "/challenges/{id}/openers", openers.openers, _AS_OPENER),
    ConsoleRoute("POST", "/challenges/{id}/openers", openers.set_opener, _AS_OPENER),
    ConsoleRoute("POST", "/challenges/{id}/openers/share", openers.submit_share, _AS_OPENER),
    ConsoleRoute("POST", "/challenges/{id}/openers/take-back", openers.take_back, _AS_OPENER),
    ConsoleRoute("GET", "/challenges/{id}/archive", review.archive, _AS_READER, recorded="challenge.export"),
    ConsoleRoute("GET", "/bid-files/{id}", review.bid_file, _SEES_BID_FILE, recorded="bid_file.open"),
    ConsoleRoute("POST", "/challenges/{id}/files", files.upload, _AS_POSTER, Takes(FILE_BYTES)),
    ConsoleRoute("GET", "/challenge-files/{id}", files.download, _SEES_FILE, recorded="challenge_file.open"),
    ConsoleRoute("POST", "/challenge-files/{id}/remove", files.remove, only(*POSTERS, of=challenge_file_place)),
)
