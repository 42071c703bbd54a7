"""The dialogs that may run, and what is said where words meet them: commands, free questions, an open dialog."""

from dataclasses import replace

from bot.chat.challenges import ChallengesDialog as ChallengeBoard
from bot.chat.context import MOST_TYPED, Chat, Dialog, DialogReply, Handled
from bot.chat.firms.contact_change import ContactChangeDialog
from bot.chat.firms.corrections import CorrectionDialog
from bot.chat.firms.membership import MembershipDialog
from bot.chat.firms.name_lookup import NameLookupDialog
from bot.chat.firms.products import Products
from bot.chat.firms.profile import profile_of, registered_already
from bot.chat.firms.registration import RegistrationDialog
from bot.chat.firms.verification import VerificationDialog
from bot.chat.firms.zone import ZoneDialog
from bot.chat.numbered_choice import NumberedChoiceDialog
from bot.chat.people.erasure import ErasureDialog
from bot.chat.policy.application_windows import WindowsDialog
from bot.chat.policy.assessment import AssessmentDialog
from bot.chat.policy.awards import AwardsDialog
from bot.chat.policy.published_lines import beside_for, note_unanswered, published_reply, with_officials_word
from bot.chat.tickets.contact_lines import contacts_for
from bot.chat.tickets.tickets import TicketDialog
from config.calendar import SHANGHAI
from config.commands import TypedText
from config.markup import harmless
from notifications.text_splitting import split
from storage.chat import dialog_states, reply_overflow
from storage.firms import firms
from storage.notices import outbox

# Commands that may stand before a firm's name.
REGISTERS = ("register", "register_again")
REGISTRATION = RegistrationDialog()
FIRM_NAME = NameLookupDialog(REGISTRATION)
ERASING, PROVING, COLLEAGUES, ASSESSING = ErasureDialog(), VerificationDialog(), MembershipDialog(), AssessmentDialog()
PRODUCTS, CHOICES, WINDOWS, TICKETING = Products(), NumberedChoiceDialog(), WindowsDialog(), TicketDialog()
CHALLENGES, ZONE, CONTACT_CHANGE, AWARDS = ChallengeBoard(), ZoneDialog(), ContactChangeDialog(), AwardsDialog()
CORRECTING = CorrectionDialog()
_ALL: tuple[Dialog, ...] = (
    *(REGISTRATION, FIRM_NAME, ERASING, PROVING, COLLEAGUES, ASSESSING, PRODUCTS, CHOICES),
    *(WINDOWS, TICKETING, CHALLENGES, ZONE, CONTACT_CHANGE, AWARDS, CORRECTING),
)
DIALOGS = {dialog.name: dialog for dialog in _ALL}


def settle(chat: Chat, turn: DialogReply) -> str:
    """Keep where the dialog stands now, and return what is said."""
    if turn.state is not chat.running:
        if turn.state is None:
            dialog_states.drop(chat.tx, chat.openid)
        else:
            dialog_states.save(chat.tx, chat.openid, turn.state)
    chat.later.append(turn.rest)
    return turn.text


def remind(chat: Chat, said: str) -> str:
    """Return what was said, and under it the question of a dialog that still waits for its answer."""
    prompt = _asked(chat)
    if chat.running is None or not prompt:
        return said
    name = chat.say(f"{chat.running.journey}.journey")
    if chat.running.journey == ASSESSING.name:
        # Its questions are long and can wait.
        return said + "\n" + chat.say("common.go_on", journey=name)
    return said + "\n" + chat.say("common.still_running", journey=name, prompt=prompt)


def fit(chat: Chat, said: str) -> str:
    """Return what one message holds of what is said, dated; the rest is kept for 更多."""
    head, rest = split(chat.parts.talk.dated(said, chat.now), tail="\n" + chat.say("common.more"))
    later = "\n\n".join(part for part in (rest, *chat.later) if part)
    if later:
        reply_overflow.save(chat.tx, chat.openid, later)
    return head


def _asked(chat: Chat) -> str:
    """The question of the dialog that is running; "" where nothing is waited for."""
    return DIALOGS[chat.running.journey].prompt(chat, chat.running) if chat.running is not None else ""


def hear_dialog(chat: Chat) -> DialogReply | Chat | None:
    """Hand the words to the dialog that is running; where they are no answer to it, say so to the routes below."""
    running = chat.running
    if running is None:
        return None
    turn = DIALOGS[running.journey].handle(chat, running, chat.said)
    if turn.understood or (turn.state is not None and chat.said.normalised.isdigit()):
        # A number is an answer even if wrong; by itself it would have opened a clause.
        return turn
    if turn.state is None and running.journey in (AWARDS.name, CORRECTING.name):
        # A yes to something later is not a yes to this.
        dialog_states.drop(chat.tx, chat.openid)
        return replace(chat, running=None)
    return replace(chat, refused=turn)


def answer_question(chat: Chat) -> Handled:
    """Answer free words.

    An agency's own reply comes first, then the policy where it is sure. After that the dialog that waits asks again,
    what the account used to answer stays answered, and a firm's name is recognised; the rest is noted, and said as
    well as can be.
    """
    profile = profile_of(chat)
    beside = beside_for(chat, profile, chat.said.raw)
    answer = chat.parts.talk.answer(chat.said, chat.now, profile, contacts_for(chat, profile), beside)
    replied = published_reply(chat, answer)
    if replied is not None:
        return replied
    waits = chat.refused is not None and chat.refused.state is not None
    if waits and chat.refused is not None and not answer.sure:
        return DialogReply(chat.refused.text, chat.running)
    kept = None if answer.sure else chat.setup.kept.find(chat.said.raw)
    if kept is not None:
        # The account's earlier auto-replies stay: setting a server address switches the platform's rules off.
        return kept
    missed = not (answer.sure or answer.offered)
    named = None if waits else FIRM_NAME.recognise(chat, answered=answer.sure, missed=missed)
    if named is not None:
        begun = named.state is not None and named.state.journey == REGISTRATION.name
        return _with_page(chat, named) if begun else named
    note_unanswered(chat)
    if answer.offered:
        return CHOICES.start(chat, answer)
    chat.later.append(answer.more)
    return with_officials_word(chat, answer)


def welcome(chat: Chat, first: bool) -> str:
    """Return what a new follower can do; a known person is not asked to register again."""
    if chat.person.firm_id is not None:
        return chat.say("welcome.back", firm=harmless(firms.get(chat.tx, chat.person.firm_id).name))
    if not first:
        return chat.say("welcome.back_unregistered")
    policy = chat.parts.policy
    return chat.say("welcome.new", title=policy.title, count=len(policy.clauses), until=chat.parts.talk.last_day())


def say_long(chat: Chat) -> str:
    """Say that the words are too many to be read."""
    return chat.say("unclear.long", count=chat.said.length, most=MOST_TYPED)


def say_empty(chat: Chat) -> DialogReply:
    """Say that nothing was typed."""
    return DialogReply(chat.say("unclear.empty"), chat.running)


def cancel(chat: Chat) -> DialogReply:
    """取消: end the dialog that is running."""
    return DialogReply(chat.say(f"{chat.running.journey}.cancelled" if chat.running else "unclear.none_running"), None)


def show_more(chat: Chat) -> Handled:
    """更多: the rest of the reply before."""
    left = reply_overflow.take(chat.tx, chat.openid)
    return DialogReply(left, chat.running) if left else chat.say("unclear.no_more")


def go_on(chat: Chat) -> Handled:
    """继续: ask again what the running dialog asks, else the rest of the reply before."""
    asked = _asked(chat)
    return DialogReply(asked, chat.running) if asked else show_more(chat)


def register(chat: Chat) -> Handled:
    """注册: begin or resume the registration; who has registered is told so."""
    if chat.running is not None and chat.running.journey == REGISTRATION.name:
        return _with_page(chat, REGISTRATION.resume(chat, chat.running))
    if chat.person.firm_id is not None:
        return DialogReply(registered_already(chat), chat.running)
    return register_again(chat)


def register_again(chat: Chat, name: TypedText | None = None) -> DialogReply:
    """重新注册: begin the registration, of a firm that was named where it was."""
    turn = FIRM_NAME.register(chat, chat.running, name)
    if chat.person.firm_id is not None:
        firm = harmless(firms.get(chat.tx, chat.person.firm_id).name)
        turn = replace(turn, text=chat.say("registration.former", firm=firm) + "\n" + turn.text)
    return _with_page(chat, turn)


def register_named(chat: Chat) -> DialogReply:
    """注册 and a firm's name in one message."""
    return register_again(chat, chat.said.rest)


def state_products(chat: Chat) -> DialogReply:
    """我的产品 and the products in one message."""
    return PRODUCTS.start(chat, chat.said.rest)


def export_data(chat: Chat) -> str:
    """导出我的数据: where one's own data can be had."""
    return chat.say("export.no_page") if chat.links is None else chat.links.exporting(chat)


def show_notices(chat: Chat) -> str:
    """我的消息: the newest notices, told or not, with their days; those that are waiting count as read."""
    found = outbox.listed(chat.tx, chat.person.id)
    lines = [
        chat.say("notices.dated", day=f"{notice.planned.astimezone(SHANGHAI):%m-%d}", text=notice.text)
        for notice in found
    ]
    outbox.take_waiting(chat.tx, chat.person.id, most=outbox.MOST_LISTED)
    return "\n".join([chat.say("notices.head"), *lines]) if found else chat.say("notices.none")


def ask_people(chat: Chat) -> Handled:
    """人工: take a question to people; a dialog that waits is not disturbed."""
    return chat.say("ticket.in_between") if _asked(chat) else TICKETING.start(chat)


def show_challenges(chat: Chat) -> Handled:
    """榜单: the challenges that take bids."""
    turn = CHALLENGES.start(chat)
    # The list offers numbers. Questions about the firm can wait, as every answer is saved; a form cannot.
    waits = chat.running is not None and chat.running.journey != ASSESSING.name
    return turn.text if waits and _asked(chat) else turn


def _with_page(chat: Chat, turn: DialogReply) -> DialogReply:
    if chat.links is None or turn.state is None:
        return turn
    return replace(turn, text=chat.links.registering(chat, turn.text))
