"""Every address of the desk with its policy. There is no other way to add one."""

from dataclasses import dataclass

from bot.console import (
    audit_pages,
    canned_pages,
    contact_pages,
    detail_pages,
    entry_pages,
    firm_pages,
    import_pages,
    outbox_pages,
    proof_pages,
    role_pages,
    roster_pages,
    session_pages,
    silence_pages,
    static_files,
    ticket_pages,
)
from bot.console.detail_pages import detail_place
from bot.console.policies import (
    ANYBODY,
    WHOEVER_IS_IN,
    Policy,
    canned_place,
    contact_place,
    entry_place,
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
from bot.console.visits import Handler, Method, Upload
from bot.services.roster_file import MOST_BYTES
from bot.services.tickets import WORKERS
from storage.roles import Kind


@dataclass(frozen=True, slots=True)
class Route:
    """One address. `path` begins after /console; {id} is a number."""

    method: Method
    path: str
    handler: Handler
    policy: Policy
    upload: Upload | None = None


# Who proves firms and sees what they sent for it.
PROVERS = (Kind.EDITOR, Kind.APPROVER)
OFFICIALS = (Kind.EDITOR, Kind.APPROVER, Kind.AUDITOR, Kind.OPERATOR)
# What the whole city is told is nobody's in one district.
SILENCE_KINDS = (Kind.EDITOR, Kind.APPROVER, Kind.OPERATOR)

ROUTES = (
    Route("GET", "/static/{name}", static_files.show, ANYBODY),
    Route("GET", "/enter", entry_pages.form, ANYBODY),
    Route("POST", "/enter", entry_pages.enter_by_code, ANYBODY),
    Route("GET", "/in/{link}", entry_pages.button, ANYBODY),
    Route("POST", "/in/{link}", entry_pages.enter_by_link, ANYBODY),
    Route("GET", "", session_pages.home, WHOEVER_IS_IN),
    Route("GET", "/sessions", session_pages.listed, WHOEVER_IS_IN),
    Route("POST", "/sessions/{id}/end", session_pages.end, WHOEVER_IS_IN),
    Route("POST", "/leave", session_pages.leave, WHOEVER_IS_IN),
    Route("GET", "/roles", role_pages.listed, only(Kind.OPERATOR, Kind.AUDITOR)),
    Route("POST", "/roles", role_pages.invite, only(Kind.OPERATOR)),
    Route("GET", "/roles/{id}", role_pages.show, only(Kind.OPERATOR, Kind.AUDITOR, of=role_place)),
    Route("POST", "/roles/{id}/end", role_pages.end, only(Kind.OPERATOR, of=role_place)),
    Route("POST", "/roles/{id}/stand-in", role_pages.stand_in, WHOEVER_IS_IN),
    Route("GET", "/details", detail_pages.listed, only(*OFFICIALS)),
    Route("GET", "/details/new", detail_pages.form, only(Kind.EDITOR)),
    Route("POST", "/details", detail_pages.enter, only(Kind.EDITOR)),
    Route("GET", "/details/{id}", detail_pages.show, only(*OFFICIALS, of=detail_place)),
    Route("GET", "/details/{id}/edit", detail_pages.edit, only(Kind.EDITOR, of=detail_place)),
    Route("POST", "/details/{id}", detail_pages.save, only(Kind.EDITOR, of=detail_place)),
    Route("POST", "/details/{id}/submit", detail_pages.submit, only(Kind.EDITOR, of=detail_place)),
    Route("POST", "/details/{id}/approve", detail_pages.approve, only(Kind.EDITOR, Kind.APPROVER, of=detail_place)),
    Route("POST", "/details/{id}/withdraw", detail_pages.withdraw, only(Kind.EDITOR, Kind.APPROVER, of=detail_place)),
    Route("GET", "/roster", roster_pages.listed, only(*OFFICIALS)),
    Route("GET", "/roster/export", roster_pages.export, only(*OFFICIALS)),
    Route("GET", "/roster/{id}", roster_pages.show, only(*OFFICIALS, of=entry_place)),
    Route("GET", "/audit", audit_pages.listed, only(Kind.AUDITOR, Kind.OPERATOR, of=whole_city)),
    Route("GET", "/audit/export", audit_pages.export, only(Kind.AUDITOR, Kind.OPERATOR, of=whole_city)),
    Route("POST", "/roster/{id}/code", firm_pages.give_code_for_entry, only(*PROVERS, of=entry_place)),
    Route("GET", "/proofs", proof_pages.listed, only(*PROVERS)),
    Route("GET", "/proofs/{id}", proof_pages.show, only(*PROVERS, of=request_place)),
    Route("GET", "/proofs/{id}/picture", proof_pages.picture, only(*PROVERS, of=request_place)),
    Route("POST", "/proofs/{id}/approve", proof_pages.approve, only(*PROVERS, of=request_place)),
    Route("POST", "/proofs/{id}/refuse", proof_pages.refuse, only(*PROVERS, of=request_place)),
    Route("GET", "/firms", firm_pages.listed, only(*OFFICIALS)),
    Route("GET", "/firms/{id}", firm_pages.show, only(*PROVERS, Kind.OPERATOR, of=firm_place)),
    Route("POST", "/firms/{id}/code", firm_pages.give_code, only(*PROVERS, of=firm_place)),
    Route("POST", "/firms/{id}/administrator", firm_pages.transfer, only(*PROVERS, of=firm_place)),
    Route("POST", "/firms/{id}/merge", firm_pages.merge, only(*PROVERS, of=firm_place)),
    Route("POST", "/merges/{id}/undo", firm_pages.undo_merge, only(*PROVERS, of=merge_place)),
    Route("GET", "/silence", silence_pages.listed, only(*SILENCE_KINDS, of=whole_city)),
    Route("POST", "/silence", silence_pages.gather, only(*SILENCE_KINDS, of=whole_city)),
    Route("GET", "/silence/{id}", silence_pages.show, only(*SILENCE_KINDS, of=matter_place)),
    Route("POST", "/silence/{id}/ask", silence_pages.ask, only(*SILENCE_KINDS, of=matter_place)),
    Route("POST", "/silence/{id}/answer", silence_pages.answer, only(*SILENCE_KINDS, of=matter_place)),
    Route("POST", "/silence/{id}/approve", silence_pages.approve, only(Kind.APPROVER, Kind.OPERATOR, of=matter_place)),
    Route("POST", "/silence/{id}/withdraw", silence_pages.withdraw, only(*SILENCE_KINDS, of=matter_place)),
    Route("GET", "/imports", import_pages.listed, only(Kind.EDITOR)),
    Route("POST", "/imports", import_pages.upload, only(Kind.EDITOR), Upload(MOST_BYTES)),
    Route("GET", "/imports/{id}", import_pages.show, only(Kind.EDITOR, of=import_place)),
    Route("POST", "/imports/{id}/apply", import_pages.apply, only(Kind.EDITOR, of=import_place)),
    Route("POST", "/imports/{id}/undo", import_pages.undo, only(Kind.EDITOR, of=import_place)),
    Route("GET", "/contacts", contact_pages.listed, only(*OFFICIALS)),
    Route("POST", "/contacts", contact_pages.add, only(Kind.EDITOR)),
    Route("GET", "/contacts/export", contact_pages.export, only(*OFFICIALS)),
    Route("GET", "/contacts/gaps", contact_pages.gaps, only(*OFFICIALS)),
    Route("GET", "/contacts/{id}", contact_pages.show, only(*OFFICIALS, of=contact_place)),
    Route("POST", "/contacts/{id}", contact_pages.change, only(Kind.EDITOR, of=contact_place)),
    Route("POST", "/contacts/{id}/confirm", contact_pages.confirm, only(Kind.EDITOR, of=contact_place)),
    Route("POST", "/contacts/{id}/remove", contact_pages.remove, only(Kind.EDITOR, of=contact_place)),
    Route("GET", "/tickets", ticket_pages.listed, only(*OFFICIALS)),
    Route("GET", "/tickets/canned", canned_pages.listed, only(*OFFICIALS)),
    Route("POST", "/tickets/canned", canned_pages.add, only(*WORKERS)),
    Route("POST", "/tickets/canned/{id}/remove", canned_pages.remove, only(*WORKERS, of=canned_place)),
    Route("GET", "/tickets/{id}", ticket_pages.show, only(*OFFICIALS, of=ticket_place)),
    Route("POST", "/tickets/{id}/reply", ticket_pages.reply, only(*WORKERS, of=ticket_place)),
    Route("POST", "/tickets/{id}/assign", ticket_pages.assign, only(*WORKERS, of=ticket_place)),
    Route("POST", "/tickets/{id}/move", ticket_pages.move, only(*WORKERS, of=ticket_place)),
    Route("POST", "/tickets/{id}/close", ticket_pages.close, only(*WORKERS, of=ticket_place)),
    Route("POST", "/tickets/{id}/reopen", ticket_pages.reopen, only(*WORKERS, of=ticket_place)),
    Route("GET", "/outbox", outbox_pages.listed, only(Kind.OPERATOR)),
    Route("POST", "/outbox/release", outbox_pages.release, only(Kind.OPERATOR)),
    Route("POST", "/outbox/{id}", outbox_pages.decide, only(Kind.OPERATOR)),
)
