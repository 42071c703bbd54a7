"""All console routes with their policies. There is no other way to add one."""

from bot.console import audit, static_files
from bot.console.access import (
    ANYBODY,
    WHOEVER_IS_IN,
    canned_place,
    contact_place,
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
from bot.console.firms import firms, licence_reviews, offerings, proof_batches, receipts
from bot.console.notices import card_templates, outbox, reminders
from bot.console.people import login, roles, sessions
from bot.console.policy import details, silence_batches, unanswered_questions
from bot.console.policy.details import detail_place
from bot.console.roster import imports, roster, roster_batches
from bot.console.route import Route as Route
from bot.console.tickets import canned_answers, contact_batches, contacts, ticket_batches, tickets
from bot.services.table_file import MOST_BYTES
from bot.services.tickets.tickets import WORKERS
from bot.web import kept_pages
from bot.web.form_bodies import Takes
from storage.people.roles import APPROVING, Kind

# Roles that verify firms and see what they sent for it.
PROVERS = (Kind.EDITOR, Kind.APPROVER)
BUYERS = (Kind.SOE_POSTER, Kind.SOE_APPROVER)
# Roles that may consent to a stand-in: holders of such a role, and the operator.
CONSENTING = (*sorted(APPROVING), Kind.OPERATOR)
OFFICIALS = (Kind.EDITOR, Kind.APPROVER, Kind.AUDITOR, Kind.OPERATOR)
# City-wide answers are no single district's business.
SILENCE_KINDS = (Kind.EDITOR, Kind.APPROVER, Kind.OPERATOR)

ROUTES = (
    Route("GET", "/static/{name}", static_files.show, ANYBODY),
    Route("GET", "/enter", login.form, ANYBODY),
    Route("POST", "/enter", login.enter_by_code, ANYBODY),
    Route("GET", "/in/{link}", login.button, ANYBODY),
    Route("POST", "/in/{link}", login.enter_by_link, ANYBODY),
    Route("GET", "", sessions.home, WHOEVER_IS_IN),
    Route("GET", "/kept", kept_pages.show, WHOEVER_IS_IN),
    Route("POST", "/kept/drop", kept_pages.drop, WHOEVER_IS_IN),
    *CHALLENGE_ROUTES,
    Route("GET", "/sessions", sessions.listed, WHOEVER_IS_IN),
    Route("POST", "/sessions/{id}/end", sessions.end, WHOEVER_IS_IN),
    Route("POST", "/leave", sessions.leave, WHOEVER_IS_IN),
    Route("GET", "/roles", roles.listed, only(Kind.OPERATOR, Kind.AUDITOR)),
    Route("POST", "/roles", roles.invite, only(Kind.OPERATOR)),
    Route("GET", "/roles/{id}", roles.show, only(Kind.OPERATOR, Kind.AUDITOR, of=role_place)),
    Route("POST", "/roles/{id}/end", roles.end, only(Kind.OPERATOR, of=role_place)),
    Route("POST", "/roles/{id}/consent", roles.consent, only(*CONSENTING, of=role_place)),
    Route("POST", "/roles/{id}/refuse", roles.refuse, only(*CONSENTING, of=role_place)),
    Route("POST", "/roles/{id}/stand-in", roles.stand_in, WHOEVER_IS_IN),
    Route("GET", "/details", details.listed, only(*OFFICIALS)),
    Route("GET", "/details/new", details.form, only(Kind.EDITOR)),
    Route("POST", "/details", details.enter, only(Kind.EDITOR), page="/details/new?kind={kind}"),
    Route("GET", "/details/{id}", details.show, only(*OFFICIALS, of=detail_place)),
    Route("GET", "/details/{id}/edit", details.edit, only(Kind.EDITOR, of=detail_place)),
    Route("POST", "/details/{id}", details.save, only(Kind.EDITOR, of=detail_place), page="/details/{id}/edit"),
    Route("POST", "/details/{id}/submit", details.submit, only(Kind.EDITOR, of=detail_place)),
    Route("POST", "/details/{id}/approve", details.approve, only(Kind.EDITOR, Kind.APPROVER, of=detail_place)),
    Route("POST", "/details/{id}/withdraw", details.withdraw, only(Kind.EDITOR, Kind.APPROVER, of=detail_place)),
    Route("GET", "/receipts", receipts.form, only(*OFFICIALS)),
    Route("POST", "/receipts", receipts.look_up, only(*OFFICIALS)),
    Route("GET", "/roster", roster.listed, only(*OFFICIALS)),
    Route("GET", "/roster/export", roster.export, only(*OFFICIALS), recorded="roster.export"),
    Route("POST", "/roster/batch", roster_batches.act, only(*PROVERS)),
    Route("GET", "/roster/{id}", roster.show, only(*OFFICIALS, of=entry_place)),
    Route("GET", "/audit", audit.listed, only(Kind.AUDITOR, Kind.OPERATOR, of=whole_city)),
    Route(
        "GET",
        "/audit/export",
        audit.export,
        only(Kind.AUDITOR, Kind.OPERATOR, of=whole_city),
        recorded="audit.export",
    ),
    Route("POST", "/roster/{id}/code", firms.give_code_for_entry, only(*PROVERS, of=entry_place)),
    Route("GET", "/proofs", licence_reviews.listed, only(*PROVERS)),
    Route("POST", "/proofs/batch", proof_batches.act, only(*PROVERS)),
    Route("GET", "/proofs/{id}", licence_reviews.show, only(*PROVERS, of=request_place)),
    Route("GET", "/proofs/{id}/picture", licence_reviews.picture, only(*PROVERS, of=request_place)),
    Route("POST", "/proofs/{id}/approve", licence_reviews.approve, only(*PROVERS, of=request_place)),
    Route("POST", "/proofs/{id}/refuse", licence_reviews.refuse, only(*PROVERS, of=request_place)),
    Route("GET", "/firms", firms.listed, only(*OFFICIALS)),
    Route("GET", "/firms/{id}", firms.show, only(*PROVERS, Kind.OPERATOR, of=firm_place), recorded="firm.read"),
    Route("POST", "/firms/{id}/code", firms.give_code, only(*PROVERS, of=firm_place)),
    Route("POST", "/firms/{id}/administrator", firms.transfer, only(*PROVERS, of=firm_place)),
    Route("POST", "/firms/{id}/zone", firms.set_zone, only(*PROVERS, of=firm_place)),
    Route("POST", "/firms/{id}/take-back", firms.take_back, only(Kind.APPROVER, of=firm_place)),
    Route("GET", "/firms/{id}/offers", offerings.show, only(*PROVERS, of=firm_place)),
    Route("POST", "/firms/{id}/offers", offerings.save, only(*PROVERS, of=firm_place)),
    Route("POST", "/firms/{id}/merge", firms.merge, only(*PROVERS, of=firm_place)),
    Route("POST", "/merges/{id}/undo", firms.undo_merge, only(*PROVERS, of=merge_place)),
    Route("GET", "/silence", unanswered_questions.listed, only(*SILENCE_KINDS, of=whole_city)),
    Route("POST", "/silence", unanswered_questions.gather, only(*SILENCE_KINDS, of=whole_city)),
    Route("POST", "/silence/join", unanswered_questions.join, only(*SILENCE_KINDS, of=whole_city)),
    Route("POST", "/silence/drop", unanswered_questions.drop, only(*SILENCE_KINDS, of=whole_city)),
    Route("POST", "/silence/item-notes", unanswered_questions.add_item_note, only(*SILENCE_KINDS, of=whole_city)),
    Route("POST", "/silence/batch", silence_batches.act, only(*SILENCE_KINDS, of=whole_city)),
    Route("GET", "/silence/{id}", unanswered_questions.show, only(*SILENCE_KINDS, of=matter_place)),
    Route("POST", "/silence/{id}/ask", unanswered_questions.ask, only(*SILENCE_KINDS, of=matter_place)),
    Route("POST", "/silence/{id}/answer", unanswered_questions.answer, only(*SILENCE_KINDS, of=matter_place)),
    Route(
        "POST",
        "/silence/{id}/approve",
        unanswered_questions.approve,
        only(Kind.APPROVER, Kind.OPERATOR, of=matter_place),
    ),
    Route("POST", "/silence/{id}/withdraw", unanswered_questions.withdraw, only(*SILENCE_KINDS, of=matter_place)),
    Route("GET", "/events", events.listed, only(Kind.EDITOR)),
    Route("POST", "/events", events.announce, only(Kind.EDITOR)),
    Route("GET", "/events/{id}", events.show, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}", events.change, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}/publish", events.publish, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}/cancel", events.cancel, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}/tables", events.add_table, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}/tables/remove", events.remove_table, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}/schedule", events.schedule, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}/absent", events.mark_absent, only(Kind.EDITOR, of=event_place)),
    Route("GET", "/events/{id}/invitations", invitations.show, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}/propose", invitations.propose, only(Kind.EDITOR, of=event_place)),
    Route("POST", "/events/{id}/invite", invitations.invite, only(Kind.EDITOR, of=event_place)),
    Route("GET", "/events/{id}/door", events.door, only(Kind.EDITOR, of=event_place)),
    Route("GET", "/buyer-events", events.of_buyers, only(*BUYERS)),
    Route("POST", "/buyer-events/{id}", events.add_own_table, only(*BUYERS)),
    Route("GET", "/imports", imports.listed, only(Kind.EDITOR)),
    Route("POST", "/imports", imports.upload, only(Kind.EDITOR), Takes(MOST_BYTES)),
    Route("GET", "/imports/{id}", imports.show, only(Kind.EDITOR, of=import_place)),
    Route("POST", "/imports/{id}/apply", imports.apply, only(Kind.EDITOR, of=import_place)),
    Route("POST", "/imports/{id}/undo", imports.undo, only(Kind.EDITOR, of=import_place)),
    Route("GET", "/contacts", contacts.listed, only(*OFFICIALS)),
    Route("POST", "/contacts", contacts.add, only(Kind.EDITOR)),
    Route("GET", "/contacts/export", contacts.export, only(*OFFICIALS), recorded="contacts.export"),
    Route("POST", "/contacts/batch", contact_batches.act, only(Kind.EDITOR)),
    Route("GET", "/contacts/gaps", contacts.gaps, only(*OFFICIALS)),
    Route("GET", "/contacts/{id}", contacts.show, only(*OFFICIALS, of=contact_place)),
    Route("POST", "/contacts/{id}", contacts.change, only(Kind.EDITOR, of=contact_place)),
    Route("POST", "/contacts/{id}/confirm", contacts.confirm, only(Kind.EDITOR, of=contact_place)),
    Route("POST", "/contacts/{id}/remove", contacts.remove, only(Kind.EDITOR, of=contact_place)),
    Route("GET", "/tickets", tickets.listed, only(*OFFICIALS)),
    Route("POST", "/tickets/batch", ticket_batches.act, only(*WORKERS)),
    Route("GET", "/tickets/canned", canned_answers.listed, only(*OFFICIALS)),
    Route("POST", "/tickets/canned", canned_answers.add, only(*WORKERS)),
    Route("POST", "/tickets/canned/{id}/remove", canned_answers.remove, only(*WORKERS, of=canned_place)),
    Route("GET", "/tickets/{id}", tickets.show, only(*OFFICIALS, of=ticket_place), recorded="ticket.read"),
    Route("POST", "/tickets/{id}/reply", tickets.reply, only(*WORKERS, of=ticket_place)),
    Route("POST", "/tickets/{id}/assign", tickets.assign, only(*WORKERS, of=ticket_place)),
    Route("POST", "/tickets/{id}/move", tickets.move, only(*WORKERS, of=ticket_place)),
    Route("POST", "/tickets/{id}/close", tickets.close, only(*WORKERS, of=ticket_place)),
    Route("POST", "/tickets/{id}/reopen", tickets.reopen, only(*WORKERS, of=ticket_place)),
    *BROADCAST_ROUTES,
    Route("GET", "/reminders", reminders.listed, only(*SILENCE_KINDS, of=whole_city)),
    Route("POST", "/reminders/resume", reminders.resume, only(Kind.OPERATOR, of=whole_city)),
    Route("GET", "/cards", card_templates.listed, only(Kind.OPERATOR)),
    Route("GET", "/cards/edit", card_templates.edit, only(Kind.OPERATOR)),
    Route("POST", "/cards", card_templates.put, only(Kind.OPERATOR), page="/cards/edit?purpose={purpose}&use={use}"),
    Route("POST", "/cards/remove", card_templates.remove, only(Kind.OPERATOR)),
    Route("POST", "/cards/test", card_templates.try_out, only(Kind.OPERATOR)),
    Route("GET", "/outbox", outbox.listed, only(Kind.OPERATOR)),
    Route("POST", "/outbox/release", outbox.release, only(Kind.OPERATOR)),
    Route("POST", "/outbox/quota", outbox.clear_quotas, only(Kind.OPERATOR)),
    Route("POST", "/outbox/group/again", outbox.send_group_again, only(Kind.OPERATOR)),
    Route("POST", "/outbox/group/leave", outbox.leave_group, only(Kind.OPERATOR)),
    Route("POST", "/outbox/{id}/again", outbox.send_again, only(Kind.OPERATOR)),
    Route("POST", "/outbox/{id}/leave", outbox.leave, only(Kind.OPERATOR)),
)
