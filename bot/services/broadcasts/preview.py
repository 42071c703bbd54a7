"""Preview of a broadcast sent now: exactly whom it reaches, by which channel, and why. Read-only."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.services.broadcasts.audience import AudienceFirm, ResolvedAudience, choose
from bot.services.broadcasts.mass_sends import full_this_month
from bot.services.broadcasts.sending import TOPIC, left_out
from bot.services.broadcasts.wording import CARD, card
from bot.services.policy.published_for_firm import PublishedDetailsCache
from config.limits import BroadcastLimits, QuotaLimits
from config.policy.model import Policy
from config.texts import Texts
from notifications.channels import Channel, ReceiverStanding, open_channels
from notifications.quota import Gauge, gauges
from storage.broadcasts.broadcasts import BroadcastContent
from storage.chat import reply_windows
from storage.engine.transactions import Tx
from storage.notices import card_templates, subscription_grants

SAMPLE = 10
MOST_UNMATCHED = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """Counts of people. `by`: recipients by channel as of now, None: at their next visit. `quota`: what each channel
    may still send today.

    `unmatched`: sample of uploaded lines matching nobody, `unmatched_count` in all; `has_card`: whether the account has
    a template that can show it.
    """

    people: int
    firms: int
    by: Mapping[Channel | None, int]
    quota: Mapping[str, Gauge]
    unwanted: int
    capped: int
    monthly: int
    sample: tuple[AudienceFirm, ...]
    unmatched: tuple[str, ...]
    unmatched_count: int
    has_card: bool

    @property
    def recipients(self) -> int:
        """Return how many people would be notified."""
        return sum(self.by.values())


def preview(tx: Tx, content: BroadcastContent, policy: Policy, texts: Texts, rules: BroadcastLimits) -> Preview:
    """Preview this content for its current audience. `texts`: links as words, for a page."""
    found = choose(tx, content, PublishedDetailsCache(policy, texts).current(tx), texts)
    everybody = [person for person, _ in found.people]
    unwanted, capped = left_out(tx, everybody, rules)
    monthly = full_this_month(tx, everybody, rules) - unwanted - capped if content.kind == "mass" else set[int]()
    told = set(everybody) - unwanted - capped - monthly
    by = channel_counts(tx, told, content, texts)
    return Preview(
        len(everybody),
        len({firm for _, firm in found.people if firm is not None}),
        by,
        {one.channel: one for one in gauges(tx, QuotaLimits.load()) if one.channel in by},
        len(unwanted),
        len(capped),
        len(monthly),
        _sample(found),
        found.unmatched[:MOST_UNMATCHED],
        len(found.unmatched),
        any(purpose == CARD for purpose, _ in card_templates.usable(tx)),
    )


def channel_counts(tx: Tx, told: Collection[int], content: BroadcastContent, texts: Texts) -> dict[Channel | None, int]:
    """Count these people by the channel chosen for them now, in order of preference; None: at a visit."""
    shown, templates = card(content, tx.now, texts), card_templates.usable(tx)
    template = None if shown is None else templates.get((shown.purpose, "template"))
    notice = None if shown is None else templates.get((shown.purpose, "notice"))
    granted = set[int]() if notice is None else subscription_grants.holders(tx, notice.template_id)
    by: Counter[Channel | None] = Counter()
    known = reply_windows.reachable(tx)
    for person in told:
        window = known.get(person)
        standing = ReceiverStanding()
        if window is not None:
            way = (template is not None, person in granted, window.until, window.left)
            standing = ReceiverStanding(*way, fuller=shown is not None and shown.article is not None)
        by[next(iter(open_channels(TOPIC, standing, tx.now)), None)] += 1
    return dict(by)


def _sample(found: ResolvedAudience) -> tuple[AudienceFirm, ...]:
    """Return ten members spread evenly over the list, the same ones each time."""
    step = max(1, len(found.members) // SAMPLE)
    return found.members[::step][:SAMPLE]
