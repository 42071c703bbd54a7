"""What a notice is about: the topics of the outbox, by which ways are chosen and people switch off."""

from enum import StrEnum


class NoticeTopic(StrEnum):
    """Each topic there is. The first three can be switched off: config/reminders.toml names them."""

    REMINDER = "reminder"
    EVENT = "event"
    BROADCAST = "broadcast"
    ANSWER = "answer"
    """An agency's reply to a question that nobody could answer before."""
    APPROVAL = "approval"
    """Something waits for a second person."""
    BID = "bid"
    """Told to bidders alone, or to them and to whoever asked."""
    CARD_TEST = "card_test"
    CHALLENGE = "challenge"
    COLLEAGUES = "colleagues"
    DETAIL = "detail"
    """An official's own entry waits for approval."""
    OFFER = "offer"
    OTHER_WAY = "other_way"
    """A code for an address of mail or SMS."""
    PROOF = "proof"
    ROSTER = "roster"
    TICKET = "ticket"
