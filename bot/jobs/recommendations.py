"""Update 为您推荐 in the background: changed challenges and firms are re-ranked on a read thread."""

import asyncio
import hashlib
import json
from dataclasses import asdict

from bot.live.matcher import LiveMatcher, Ranked
from bot.services.challenges.matching import conditions_of, demand_of
from matchmaking.ranking.ranking import Match
from matchmaking.ranking.reasons import MatchStrength
from matchmaking.ranking.rules import InvitationRule
from storage.challenges import recommendations
from storage.challenges.challenges import Challenge
from storage.challenges.recommendations import Recommendation
from storage.engine import change_counters
from storage.engine.database import Database
from storage.engine.transactions import Tx
from storage.firms import offerings

MOST_FIRMS = 30
LONGEST_SECONDS = 3.0
# Firms a list may show for judgement, but not notified: its own, linked ones, those that declined.
_NOT_RECOMMENDED = frozenset({InvitationRule.OWN, InvitationRule.LINKED, InvitationRule.DECLINED})
_LEVELS = {MatchStrength.STRONG: recommendations.STRONG, MatchStrength.GOOD: recommendations.GOOD}


async def refresh_recommendations(database: Database, matcher: LiveMatcher) -> None:
    """Re-rank outdated challenges for some seconds; the rest at the next tick."""
    behind = await database.read(_behind)
    ends = asyncio.get_running_loop().time() + LONGEST_SECONDS
    for challenge in behind:
        demand, conditions = demand_of(challenge), conditions_of(challenge)
        ranked = await database.read(matcher.rank, demand, MOST_FIRMS, conditions=conditions)
        named = f"{offerings.VERSION}-{ranked.version}"
        await database.write(
            recommendations.save, challenge.id, _digest(challenge), ranked.version, _fitting(ranked), named
        )
        if asyncio.get_running_loop().time() > ends:
            break
    await database.write(recommendations.drop_over)


def _behind(tx: Tx) -> list[Challenge]:
    """Return open challenges whose text or firms changed since, never-ranked ones first."""
    now_at = change_counters.current(tx, offerings.VERSION)
    found = [
        (version, one)
        for one, digest, version in recommendations.open_challenges(tx)
        if version != now_at or digest != _digest(one)
    ]
    found.sort(key=lambda pair: (pair[0], pair[1].id))
    return [one for _, one in found]


def _digest(challenge: Challenge) -> str:
    told = [asdict(demand_of(challenge)), conditions_of(challenge).poster]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _fitting(ranked: Ranked) -> list[Recommendation]:
    def may(match: Match) -> bool:
        return match.strength in _LEVELS and _NOT_RECOMMENDED.isdisjoint(ranked.remarks.get(int(match.id), ()))

    return [
        Recommendation(int(match.id), _LEVELS[match.strength], [vars(reason) for reason in match.reasons])
        for match in ranked.firms
        if may(match)
    ]
