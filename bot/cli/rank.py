"""`main.py rank --firms F --demands D`: the best-fitting firms per demand, and why."""

import argparse
import sys

from bot.cli import jsonl, progress
from config.errors import InputError, UsageError
from config.settings import load_settings
from config.texts import Texts
from matchmaking.ranking.ranking import Demand, Document, Match, RankingIndex
from matchmaking.ranking.semantic import SentenceVectors, WordTable, sentence_encoder

LONGEST = 100_000
# A command starts without vectors and computes some 15 texts a second; the service stores them in the background.
MOST_SENTENCES = 3_000
FIRM_FIELDS = ("name", "products", "keywords", "scope")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments: the two files, how many firms to list, and whether to explain."""
    texts = Texts.load()
    parser.add_argument("--firms", required=True, metavar="F", help=texts("commands.rank_firms"))
    parser.add_argument("--demands", required=True, metavar="D", help=texts("commands.rank_demands"))
    parser.add_argument("--top", type=int, default=20, metavar="N", help=texts("commands.rank_top"))
    parser.add_argument("--no-reasons", action="store_true", help=texts("commands.rank_no_reasons"))


def main(args: argparse.Namespace) -> int:
    """Write one line per valid demand, in order; name each invalid line of either file, with exit code 1."""
    texts = Texts.load()
    if args.firms == args.demands == "-":
        raise UsageError("one_standard_input")
    if args.top < 1:
        raise UsageError("top_wrong", given=args.top)
    bad: list[str] = []
    firms = {
        str(identity): (identity, firm) for identity, firm in jsonl.each(args.firms, _firm, texts, bad, as_text=True)
    }
    matcher = _matcher([firm for _, firm in firms.values()], texts)
    for identity, demand in jsonl.each(args.demands, _demand, texts, bad, as_text=True):
        ranked = matcher.rank(demand, args.top, reasons=not args.no_reasons)
        answer: dict[str, object] = {"id": identity, "ranked": [firms[match.id][0] for match in ranked]}
        if not args.no_reasons:
            answer["reasons"] = {match.id: _reasons(match, texts) for match in ranked}
            answer["strength"] = {match.id: texts(f"matching.{match.strength}") for match in ranked}
        jsonl.write(answer)
    sys.stdout.flush()
    return 1 if bad else 0


def _matcher(documents: list[Document], texts: Texts) -> RankingIndex:
    if not load_settings().semantic:
        return RankingIndex(documents)
    encoder = sentence_encoder()
    if encoder is None:
        print(texts("matching.no_sentence_model"), file=sys.stderr)
    elif len(documents) > MOST_SENTENCES:
        print(texts("matching.too_many_for_sentences", count=len(documents), most=MOST_SENTENCES), file=sys.stderr)
        encoder = None
    matcher = RankingIndex(documents, table=WordTable.load(), sentences=SentenceVectors(encoder) if encoder else None)
    unread = matcher.unread()
    for text in progress.watched(unread, len(unread), sys.stderr):
        matcher.add_vector(text, matcher.read(text))
    return matcher


def _firm(record: dict[str, object]) -> Document:
    fields = {field: _text(record, field, many=field in ("products", "keywords")) for field in FIRM_FIELDS}
    if not fields["name"]:
        raise InputError("text_missing", field="name")
    return Document(str(record["id"]), {field: text for field, text in fields.items() if text})


def _demand(record: dict[str, object]) -> Demand:
    text = _text(record, "text", many=False)
    if not text:
        raise InputError("text_missing", field="text")
    return Demand(text, _text(record, "title", many=False))


def _text(record: dict[str, object], field: str, *, many: bool) -> str:
    value = record.get(field)
    if many and isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = "；".join(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InputError("text_wrong", field=field, alternative="或文字的列表" if many else "")
    if len(value) > LONGEST:
        raise InputError("text_long", field=field, length=len(value), most=LONGEST)
    return value.strip()


def _reasons(match: Match, texts: Texts) -> list[dict[str, object]]:
    return [
        {
            "field": reason.field,
            "level": texts(f"matching.{reason.level}"),
            "wanted": "、".join(reason.wanted),
            "offered": "、".join(reason.offered),
            "points": reason.points,
        }
        for reason in match.reasons
    ]
