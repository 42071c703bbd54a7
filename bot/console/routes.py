"""All console routes with their policies. There is no other way to add one."""

from pathlib import Path

from bot.console import audit
from bot.console.access import (
    ANYBODY,
    WHOEVER_IS_IN,
    canned_place,
    contact_place,
    detail_place,
    entry_place,
    event_place,
    firm_place,
    import_place,
    matter_place,
    merge_place,
    only,
    request_place,
    role_place,
    ticket_place,
    whole_city,
)
from bot.console.broadcasts.routes import BROADCAST_ROUTES
from bot.console.challenges.routes import CHALLENGE_ROUTES
from bot.console.events import events, invitations
from bot.console.firms import firms, licence_reviews, offerings, receipts
from bot.console.notices import card_templates, outbox, reminders
from bot.console.people import login, roles, sessions
from bot.console.policy import details, unanswered_questions
from bot.console.roster import entry_edits, imports, roster, roster_batches
from bot.console.route import ConsoleRoute as ConsoleRoute
from bot.console.tickets import canned_answers, contacts, ticket_batches, tickets
from bot.services.table_file import MOST_BYTES
from bot.services.tickets.tickets import WORKERS
from bot.web import form_keeping
from bot.web.form_bodies import Takes
from bot.web.forms_and_headers import static_files
from storage.people.roles import APPROVING, RoleKind

STATIC = Path(__file__).parent / "static"
# Roles that verify firms and see what they sent for it.
PROVERS = (RoleKind.EDITOR, RoleKind.APPROVER)
BUYERS = (RoleKind.SOE_POSTER, RoleKind.SOE_APPROVER)
# Roles that may consent to a stand-in: holders of such a role, and the operator.
CONSENTING = (*sorted(APPROVING), RoleKind.OPERATOR)
OFFICIALS = (RoleKind.EDITOR, RoleKind.APPROVER, RoleKind.AUDITOR, RoleKind.OPERATOR)
# City-wide answers are no single district's business.
SILENCE_KINDS = (RoleKind.EDITOR, RoleKind.APPROVER, RoleKind.OPERATOR)
_SORTS_QUESTIONS = only(*SILENCE_KINDS, of=whole_city)
_REPLIES = only(*SILENCE_KINDS, of=matter_place)
_APPROVES_REPLY = only(RoleKind.APPROVER, RoleKind.OPERATOR, of=matter_place)
_WRITES_DETAIL = only(RoleKind.EDITOR, of=detail_place)
_READS_AUDIT = only(RoleKind.AUDITOR, RoleKind.OPERATOR, of=whole_city)
_READS_FIRM = only(*PROVERS, RoleKind.OPERATOR, of=firm_place)
_HOLDS_EVENT = only(RoleKind.EDITOR, of=event_place)

ROUTES = (
    ConsoleRoute("GET", "/static/{name}", static_files(STATIC), ANYBODY),
    ConsoleRoute("GET", "/enter", login.form, ANYBODY),
    ConsoleRoute("POST", "/enter", login.enter_by_code, ANYBODY),
    ConsoleRoute("GET", "/in/{link}", login.button, ANYBODY),
    ConsoleRoute("POST", "/in/{link}", login.enter_by_link, ANYBODY),
    ConsoleRoute("GET", "", sessions.home, WHOEVER_IS_IN),
    ConsoleRoute("GET", "/kept", form_keeping.show_page, WHOEVER_IS_IN),
    ConsoleRoute("POST", "/kept/drop", form_keeping.drop_page, WHOEVER_IS_IN),
    *CHALLENGE_ROUTES,
    ConsoleRoute("GET", "/sessions", sessions.listed, WHOEVER_IS_IN),
    ConsoleRoute("POST", "/sessions/{id}/end", sessions.end, WHOEVER_IS_IN),
    ConsoleRoute("POST", "/leave", sessions.leave, WHOEVER_IS_IN),
    ConsoleRoute("GET", "/roles", roles.listed, only(RoleKind.OPERATOR, RoleKind.AUDITOR)),
    ConsoleRoute("POST", "/roles", roles.invite, only(RoleKind.OPERATOR)),
    ConsoleRoute("GET", "/roles/{id}", roles.show, only(RoleKind.OPERATOR, RoleKind.AUDITOR, of=role_place)),
    ConsoleRoute("POST", "/roles/{id}/end", roles.end, only(RoleKind.OPERATOR, of=role_place)),
    ConsoleRoute("POST", "/roles/{id}/consent", roles.consent, only(*CONSENTING, of=role_place)),
    ConsoleRoute("POST", "/roles/{id}/refuse", roles.refuse, only(*CONSENTING, of=role_place)),
    ConsoleRoute("POST", "/roles/{id}/stand-in", roles.stand_in, WHOEVER_IS_IN),
    ConsoleRoute("GET", "/details", details.listed, only(*OFFICIALS)),
    ConsoleRoute("GET", "/details/new", details.form, only(RoleKind.EDITOR)),
    ConsoleRoute("POST", "/details", details.enter, only(RoleKind.EDITOR), page="/details/new?kind={kind}"),
    ConsoleRoute("GET", "/details/{id}", details.show, only(*OFFICIALS, of=detail_place)),
    ConsoleRoute("GET", "/details/{id}/edit", details.edit, _WRITES_DETAIL),
    ConsoleRoute("POST", "/details/{id}", details.save, _WRITES_DETAIL, page="/details/{id}/edit"),
    ConsoleRoute("POST", "/details/{id}/submit", details.submit, _WRITES_DETAIL),
    ConsoleRoute("POST", "/details/{id}/approve", details.approve, only(*PROVERS, of=detail_place)),
    ConsoleRoute("POST", "/details/{id}/withdraw", details.withdraw, only(*PROVERS, of=detail_place)),
    ConsoleRoute("GET", "/receipts", receipts.form, only(*OFFICIALS)),
    ConsoleRoute("POST", "/receipts", receipts.find_receipt, only(*OFFICIALS)),
    ConsoleRoute("GET", "/roster", roster.listed, only(*OFFICIALS)),
    ConsoleRoute("GET", "/roster/export", roster.export, only(*OFFICIALS), recorded="roster.export"),
    ConsoleRoute("POST", "/roster/batch", roster_batches.act, only(*PROVERS)),
    ConsoleRoute("GET", "/roster/{id}", roster.show, only(*OFFICIALS, of=entry_place)),
    ConsoleRoute("GET", "/roster/{id}/edit", entry_edits.form, only(RoleKind.EDITOR, of=entry_place)),
    ConsoleRoute("POST", "/roster/{id}/edit", entry_edits.edit, only(RoleKind.EDITOR, of=entry_place)),
    ConsoleRoute("GET", "/audit", audit.listed, _READS_AUDIT),
    ConsoleRoute("GET", "/audit/export", audit.export, _READS_AUDIT, recorded="audit.export"),
    ConsoleRoute("POST", "/roster/{id}/code", firms.issue_code_for_entry, only(*PROVERS, of=entry_place)),
    ConsoleRoute("GET", "/proofs", licence_reviews.listed, only(*PROVERS)),
    ConsoleRoute("POST", "/proofs/batch", licence_reviews.batch, only(*PROVERS)),
    ConsoleRoute("GET", "/proofs/{id}", licence_reviews.show, only(*PROVERS, of=request_place)),
    ConsoleRoute("GET", "/proofs/{id}/picture", licence_reviews.picture, only(*PROVERS, of=request_place)),
    ConsoleRoute("POST", "/proofs/{id}/approve", licence_reviews.approve, only(*PROVERS, of=request_place)),
    ConsoleRoute("POST", "/proofs/{id}/refuse", licence_reviews.refuse, only(*PROVERS, of=request_place)),
    ConsoleRoute("GET", "/firms", firms.listed, only(*OFFICIALS)),
    ConsoleRoute("GET", "/firms/{id}", firms.show, _READS_FIRM, recorded="firm.read"),
    ConsoleRoute("POST", "/firms/{id}/code", firms.issue_code, only(*PROVERS, of=firm_place)),
    ConsoleRoute("POST", "/firms/{id}/administrator", firms.transfer, only(*PROVERS, of=firm_place)),
    ConsoleRoute("POST", "/firms/{id}/zone", firms.set_zone, only(*PROVERS, of=firm_place)),
    ConsoleRoute("POST", "/firms/{id}/take-back", firms.take_back, only(RoleKind.APPROVER, of=firm_place)),
    ConsoleRoute("GET", "/firms/{id}/offers", offerings.show, only(*PROVERS, of=firm_place)),
    ConsoleRoute("POST", "/firms/{id}/offers", offerings.save, only(*PROVERS, of=firm_place)),
    ConsoleRoute("POST", "/firms/{id}/merge", firms.merge, only(*PROVERS, of=firm_place)),
    ConsoleRoute("POST", "/merges/{id}/undo", firms.undo_merge, only(*PROVERS, of=merge_place)),
    ConsoleRoute("GET", "/silence", unanswered_questions.listed, _SORTS_QUESTIONS),
    ConsoleRoute("POST", "/silence", unanswered_questions.group, _SORTS_QUESTIONS),
    ConsoleRoute("POST", "/silence/join", unanswered_questions.join, _SORTS_QUESTIONS),
    ConsoleRoute("POST", "/silence/drop", unanswered_questions.drop, _SORTS_QUESTIONS),
    ConsoleRoute("POST", "/silence/item-notes", unanswered_questions.add_item_note, _SORTS_QUESTIONS),
    ConsoleRoute("POST", "/silence/batch", unanswered_questions.batch, _SORTS_QUESTIONS),
    ConsoleRoute("GET", "/silence/{id}", unanswered_questions.show, _REPLIES),
    ConsoleRoute("POST", "/silence/{id}/ask", unanswered_questions.ask, _REPLIES),
    ConsoleRoute("POST", "/silence/{id}/answer", unanswered_questions.answer, _REPLIES),
    ConsoleRoute("POST", "/silence/{id}/approve", unanswered_questions.approve, _APPROVES_REPLY),
    ConsoleRoute("POST", "/silence/{id}/withdraw", unanswered_questions.withdraw, _REPLIES),
    ConsoleRoute("GET", "/events", events.listed, only(RoleKind.EDITOR)),
    ConsoleRoute("POST", "/events", events.announce, only(RoleKind.EDITOR)),
    ConsoleRoute("GET", "/events/{id}", events.show, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}", events.change, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}/publish", events.publish, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}/cancel", events.cancel, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}/tables", events.add_table, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}/tables/remove", events.remove_table, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}/schedule", events.schedule, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}/absent", events.mark_absent, _HOLDS_EVENT),
    ConsoleRoute("GET", "/events/{id}/invitations", invitations.show, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}/propose", invitations.propose, _HOLDS_EVENT),
    ConsoleRoute("POST", "/events/{id}/invite", invitations.invite, _HOLDS_EVENT),
    ConsoleRoute("GET", "/events/{id}/door", events.check_in_code, _HOLDS_EVENT),
    ConsoleRoute("GET", "/buyer-events", events.of_buyers, only(*BUYERS)),
    ConsoleRoute("POST", "/buyer-events/{id}", events.add_own_table, only(*BUYERS)),
    ConsoleRoute("GET", "/imports", imports.listed, only(RoleKind.EDITOR)),
    ConsoleRoute("POST", "/imports", imports.upload, only(RoleKind.EDITOR), Takes(MOST_BYTES)),
    ConsoleRoute("GET", "/imports/{id}", imports.show, only(RoleKind.EDITOR, of=import_place)),
    ConsoleRoute(
        "GET", "/imports/{id}/wrong", imports.wrong, only(RoleKind.EDITOR, of=import_place), recorded="import.wrong"
    ),
    ConsoleRoute("POST", "/imports/{id}/apply", imports.apply, only(RoleKind.EDITOR, of=import_place)),
    ConsoleRoute("POST", "/imports/{id}/undo", imports.undo, only(RoleKind.EDITOR, of=import_place)),
    ConsoleRoute("GET", "/contacts", contacts.listed, only(*OFFICIALS)),
    ConsoleRoute("POST", "/contacts", contacts.add, only(RoleKind.EDITOR)),
    ConsoleRoute("GET", "/contacts/export", contacts.export, only(*OFFICIALS), recorded="contacts.export"),
    ConsoleRoute("POST", "/contacts/batch", contacts.batch, only(RoleKind.EDITOR)),
    ConsoleRoute("GET", "/contacts/gaps", contacts.gaps, only(*OFFICIALS)),
    ConsoleRoute("GET", "/contacts/{id}", contacts.show, only(*OFFICIALS, of=contact_place)),
    ConsoleRoute("POST", "/contacts/{id}", contacts.change, only(RoleKind.EDITOR, of=contact_place)),
    ConsoleRoute("POST", "/contacts/{id}/confirm", contacts.confirm, only(RoleKind.EDITOR, of=contact_place)),
    ConsoleRoute("POST", "/contacts/{id}/remove", contacts.remove, only(RoleKind.EDITOR, of=contact_place)),
    ConsoleRoute("GET", "/tickets", tickets.listed, only(*OFFICIALS)),
    ConsoleRoute("POST", "/tickets/batch", ticket_batches.act, only(*WORKERS)),
    ConsoleRoute("GET", "/tickets/canned", canned_answers.listed, only(*OFFICIALS)),
    ConsoleRoute("POST", "/tickets/canned", canned_answers.add, only(*WORKERS)),
    ConsoleRoute("POST", "/tickets/canned/{id}/remove", canned_answers.remove, only(*WORKERS, of=canned_place)),
    ConsoleRoute("GET", "/tickets/{id}", tickets.show, only(*OFFICIALS, of=ticket_place), recorded="ticket.read"),
    ConsoleRoute("POST", "/tickets/{id}/reply", tickets.reply, only(*WORKERS, of=ticket_place)),
    ConsoleRoute("POST", "/tickets/{id}/assign", tickets.assign, only(*WORKERS, of=ticket_place)),
    ConsoleRoute("POST", "/tickets/{id}/move", tickets.move, only(*WORKERS, of=ticket_place)),
    ConsoleRoute("POST", "/tickets/{id}/close", tickets.close, only(*WORKERS, of=ticket_place)),
    ConsoleRoute("POST", "/tickets/{id}/reopen", tickets.reopen, only(*WORKERS, of=ticket_place)),
    *BROADCAST_ROUTES,
    ConsoleRoute("GET", "/reminders", reminders.listed, _SORTS_QUESTIONS),
    ConsoleRoute("POST", "/reminders/resume", reminders.resume, only(RoleKind.OPERATOR, of=whole_city)),
    ConsoleRoute("GET", "/cards", card_templates.listed, only(RoleKind.OPERATOR)),
    ConsoleRoute("GET", "/cards/edit", card_templates.edit, only(RoleKind.OPERATOR)),
    ConsoleRoute(
        "POST", "/cards", card_templates.put, only(RoleKind.OPERATOR), page="/cards/edit?purpose={purpose}&use={use}"
    ),
    ConsoleRoute("POST", "/cards/remove", card_templates.remove, only(RoleKind.OPERATOR)),
    ConsoleRoute("POST", "/cards/test", card_templates.try_out, only(RoleKind.OPERATOR)),
    ConsoleRoute("GET", "/outbox", outbox.listed, only(RoleKind.OPERATOR)),
    ConsoleRoute("POST", "/outbox/release", outbox.release, only(RoleKind.OPERATOR)),
    ConsoleRoute("POST", "/outbox/quota", outbox.clear_quotas, only(RoleKind.OPERATOR)),
    ConsoleRoute("POST", "/outbox/group/again", outbox.send_group_again, only(RoleKind.OPERATOR)),
    ConsoleRoute("POST", "/outbox/group/leave", outbox.leave_group, only(RoleKind.OPERATOR)),
    ConsoleRoute("POST", "/outbox/{id}/again", outbox.send_again, only(RoleKind.OPERATOR)),
    ConsoleRoute("POST", "/outbox/{id}/leave", outbox.leave, only(RoleKind.OPERATOR)),
)
