"""Notification preferences: per topic on, off or digest; 退订 takes effect at once, without a reason."""

from bot.services.reminders import reminders
from config.reminder_kinds import Reminding
from storage.audit import audit
from storage.engine.transactions import Tx
from storage.notices import preferences
from storage.notices.preferences import Choice


def choose(tx: Tx, person_id: int, topic: str, choice: Choice) -> None:
    """Set this person's choice for a topic. Off: nothing unsent of it goes out."""
    preferences.choose(tx, person_id, topic, choice)
    if choice == "off":
        preferences.drop_unsent(tx, person_id, topic)
        if topic == reminders.TOPIC:
            reminders.silence(tx, person_id)
    fields = {"topic": topic, "choice": choice}
    audit.record(tx, "choose_topic", f"person:{person_id}", fields)


def choose_all(tx: Tx, person_id: int, choice: Choice, reminding: Reminding) -> None:
    """Set the same choice for every topic that people can switch."""
    for topic in reminding.topics:
        choose(tx, person_id, topic, choice)
