"""The first words to somebody who follows the account, or comes back."""

from bot.chat.context import Chat
from config.markup import harmless
from storage.firms import firms


def welcome(chat: Chat, first: bool) -> str:
    """What a new follower can do; somebody known is not asked to register again."""
    if chat.person.firm_id is not None:
        return chat.say("welcome.back", firm=harmless(firms.get(chat.tx, chat.person.firm_id).name))
    if not first:
        return chat.say("welcome.back_unregistered")
    policy = chat.parts.policy
    return chat.say("welcome.new", title=policy.title, count=len(policy.clauses), until=chat.parts.talk.last_day())
