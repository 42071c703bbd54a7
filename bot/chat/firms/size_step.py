"""Firm size step: chosen from four, computed from trade and figures, or unknown."""

from bot.chat.context import Chat, Data
from bot.chat.fact_input import numbered, pick
from bot.chat.firms.steps import Draft, OneFact, own_word
from config.commands import TypedText
from config.policy.facts import FactChoice as Option
from matchmaking.eligibility.company_size import Indicator, Trade


class SizeStep:
    """Micro to large by the national standard. `sizing` in the draft: trade and figures during computation."""

    _picked = OneFact("size", "unknown", {})

    def prompt(self, chat: Chat, draft: Data) -> str:
        if "sizing" not in draft:
            return self._picked.prompt(chat, draft) + "\n" + chat.say("registration.size_ways")
        trade = chat.parts.trades.named(draft["sizing"].get("trade", ""))
        if trade is None:
            return chat.say("registration.trade") + "\n" + numbered(chat, _options(chat))
        return self._ask_figures(chat, trade, draft["sizing"].get("figures", {}))

    def take(self, chat: Chat, draft: Draft, said: TypedText) -> str | None:
        """Handle a size, trade or figures; stays at this step until the size is set or left unknown."""
        if "sizing" in draft and said.normalised in chat.say("registration.unknown_words").split():
            del draft["sizing"]
            own_word(draft, {"size": None})
            return None
        if "sizing" not in draft and said.normalised in chat.say("registration.size_help_words").split():
            draft["sizing"] = {}
            return None
        if draft.get("sizing") == {}:
            picked = pick(said.normalised, _options(chat))
            trade = chat.parts.trades.named(picked.value) if picked else chat.parts.trades.in_words(said.raw)
            if trade is None:
                return chat.say("registration.trade_wrong")
            return self._take_figures(chat, draft, trade, {} if picked else trade.read(said.raw), beginning=True)
        if "sizing" in draft:
            trade = chat.parts.trades.named(draft["sizing"]["trade"])
            figures = {} if trade is None else trade.read(said.raw)
            return (
                chat.say("registration.figures_wrong")
                if trade is None
                else self._take_figures(chat, draft, trade, figures)
            )
        named = chat.parts.trades.in_words(said.raw)
        read = named.read(said.raw) if named else {}
        if named and read:
            return self._take_figures(chat, draft, named, read)
        return self._picked.take(chat, draft, said)

    def _take_figures(
        self, chat: Chat, draft: Draft, trade: Trade, read: dict[Indicator, float], *, beginning: bool = False
    ) -> str | None:
        if not read and not beginning:
            return chat.say("registration.figures_wrong")
        figures: dict[Indicator, float] = {**draft.get("sizing", {}).get("figures", {}), **read}
        size = trade.size(figures)
        if size is None:
            draft["sizing"] = {"trade": trade.name, "figures": figures}
            return None
        draft.pop("sizing", None)
        own_word(draft, {"size": size})
        told = [chat.say(f"registration.figure_{name}", value=f"{value:g}") for name, value in figures.items()]
        label = chat.parts.policy.facts["size"].label_of(size)
        draft["note"] = chat.say("registration.size_found", trade=trade.name, figures="、".join(told), size=label)
        return None

    def _ask_figures(self, chat: Chat, trade: Trade, figures: dict[Indicator, float]) -> str:
        missing = trade.missing(figures)
        names = "、".join(chat.say(f"registration.ask_{name}") for name in missing)
        sample = "，".join(chat.say(f"registration.sample_{name}") for name in missing)
        return chat.say("registration.figures", trade=trade.name, names=names, sample=sample)


def _options(chat: Chat) -> list[Option]:
    return [Option(trade.name, trade.name, trade.also) for trade in chat.parts.trades]
