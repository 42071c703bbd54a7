"""Links from the chat to a page of one's own, each for one person and one use."""

from bot.chat.context import Chat
from bot.chat.people.login import Door
from bot.services.people import page_entry
from storage.people.page_sessions import GOOD_FOR


class PageLinks:
    """The links of one reply. `given`: it holds one, so it must not be stored."""

    def __init__(self, door: Door, *, secure: bool) -> None:
        self._door = door
        self._open = bool(door.public_url) and (secure or door.plain_mode)
        self.given = False

    def registering(self, chat: Chat, said: str) -> str:
        """What the chat says at a registration, under the way to fill in everything on one page."""
        link = self._give(chat, page_entry.REGISTER)
        return said if link is None else chat.say("registration.page", link=link, minutes=_MINUTES) + "\n" + said

    def exporting(self, chat: Chat) -> str:
        """Where one's own data can be had."""
        link = self._give(chat, page_entry.MINE)
        return chat.say("export.no_page") if link is None else chat.say("export.link", link=link, minutes=_MINUTES)

    def calendar(self, chat: Chat) -> str:
        """Where one's own dates can be taken into a calendar."""
        link = self._give(chat, page_entry.CALENDAR)
        texts = chat.parts.texts
        if link is None:
            return chat.say("export.no_page")
        return texts("reminders.mine.calendar", link=link, minutes=_MINUTES)

    def challenge(self, chat: Chat, challenge_id: int) -> str | None:
        """Where one challenge can be read whole and bid on; None where only the public page can be shown."""
        link = self._give(chat, page_entry.challenge_page(challenge_id))
        return None if link is None else chat.parts.texts("challenges.one_page", link=link, minutes=_MINUTES)

    def my_bids(self, chat: Chat) -> str | None:
        """Where the firm's bids can be seen, replaced and taken back; None where no page can be given."""
        link = self._give(chat, page_entry.MY_BIDS)
        return None if link is None else chat.parts.texts("challenges.mine_page", link=link, minutes=_MINUTES)

    def _give(self, chat: Chat, page: str) -> str | None:
        if not self._open:
            return None
        link = self._door.link()
        page_entry.give_link(chat.tx, chat.person.id, page, link)
        self.given = True
        return f"{self._door.public_url}/h5/in/{link}"


_MINUTES = int(GOOD_FOR.total_seconds() // 60)
