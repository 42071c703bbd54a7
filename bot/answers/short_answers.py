"""Short answers to free questions: what fits on a phone, the rest one tap away.

Pure: only the policy's own words and the reviewed texts. Every answer about a clause names and quotes it.
"""

from collections.abc import Iterable, Sequence

from config.markup import visible_length
from config.policy.model import Clause, Item, Policy, Topic
from config.texts import Texts
from matchmaking.questions.premises import Premise

# Readable at a glance; a firm's own verdict comes on top.
LONGEST = 300


class ShortAnswers:
    """Renders items, clauses and topics in at most 300 characters, as far as their essential parts allow."""

    def __init__(self, policy: Policy, texts: Texts) -> None:
        self._policy = policy
        self._texts = texts

    def items(
        self,
        items: Sequence[Item],
        premise: Premise | None,
        beside: Topic | None,
        verdicts: Sequence[str] = (),
        contacts: Sequence[str] = (),
        *,
        which_more: bool = False,
    ) -> str:
        """Return one or two items: figure, key words, for whom, agencies, cautions that fit, contacts.

        A wrong premise is answered first, an additional topic after the items. `verdicts`: a line per item about the
        asker's firm. `which_more`: of two, the higher is named first. `contacts` are the last lines: strength and 注册
        yield to them, cautions and agencies do not, so some of these answers exceed 300 characters by the contacts.
        """
        if len(items) > 1:
            compared = self._compared(items[0], items[1]) if which_more else []
            return self._two(items[0], items[1], beside, verdicts, contacts, compared)
        (item,) = items
        clause = self._policy.clause(item.clause)
        opening = self._opening(premise)
        head = self._answers("short.head", title=item.title, code=item.code, label=clause.label, mark=clause.mark)
        body = [
            self._answers("short.quote", quote=item.core),
            self._answers("short.for_whom", whom=item.for_whom),
            *filter(None, verdicts),
            self._agencies(item),
        ]
        ending = [self._answers("short.more", code=item.code)]
        if beside is not None and beside.answer not in "".join(item.cautions):
            ending.insert(0, beside.answer)
        figure = item.figure or ""
        room = LONGEST - visible_length("\n".join([*opening, head, figure, *body, *ending]))
        cautions = self._fitting([caution for caution in item.cautions if caution not in "".join(opening)], room)
        room -= sum(len(line) + 1 for line in (*cautions, *contacts))
        strength = self._policy.strengths[item.strength]
        strength = self._answers("short.strength", strength=strength) if figure else strength
        figure += strength if len(strength) <= room else ""
        if not any(verdicts) and visible_length(self._answers("short.register")) < room - len(strength):
            ending.append(self._answers("short.register"))
        return "\n".join([*opening, head, *([figure] if figure else []), *body, *cautions, *ending, *contacts])

    def _two(
        self,
        one: Item,
        other: Item,
        beside: Topic | None,
        verdicts: Sequence[str],
        contacts: Sequence[str],
        compared: Sequence[str],
    ) -> str:
        """Return two items side by side; for whom is included if it fits, cautions first."""
        heads, bodies = [], []
        for item in (one, other):
            label = self._policy.clause(item.clause).label
            figure = self._figure(item)
            heads.append(
                self._answers("short.head_of_two", title=item.title, code=item.code, label=label, figure=figure)
            )
            bodies.append([self._answers("short.quote", quote=item.core)])
        if one.core == other.core:
            bodies[0] = []
        for body, verdict in zip(bodies, verdicts, strict=False):
            body += [verdict] if verdict else []
        if one.lead == other.lead:
            bodies[1].append(self._agencies(one) if one.agencies == other.agencies else self._lead(one))
        else:
            bodies[0].append(self._lead(one))
            bodies[1].append(self._lead(other))
        ending = self._answers("short.more_of_two", first=one.code, second=other.code)
        ending = f"{beside.answer}\n{ending}" if beside is not None else ending
        room = LONGEST - visible_length("\n".join([*compared, *heads, *bodies[0], *bodies[1], ending]))
        for body, item in zip(bodies, (one, other), strict=True):
            fitting = (
                [] if item is other and one.cautions[0] == other.cautions[0] else self._fitting(item.cautions[:1], room)
            )
            body += fitting
            room -= sum(len(line) + 1 for line in fitting)
        room -= sum(len(line) + 1 for line in contacts)
        for body, item in zip(bodies, (one, other), strict=True):
            whom = self._answers("short.for_whom", whom=item.for_whom)
            if len(whom) < room:
                body.insert(0, whom)
                room -= len(whom) + 1
        return "\n".join([*compared, heads[0], *bodies[0], heads[1], *bodies[1], ending, *contacts])

    def _compared(self, one: Item, other: Item) -> list[str]:
        """Return which gives more, if both are sums of one kind: a ceiling is not compared with a fixed sum."""
        if one.amount is None or other.amount is None or (one.per, one.strength) != (other.per, other.strength):
            return []
        if one.amount == other.amount:
            return [self._answers("compared.same")]
        larger = one if one.amount > other.amount else other
        if one.strength == "ceiling":
            return [self._answers("compared.ceiling", title=larger.title)]
        return [self._answers("compared.more", title=larger.title)]

    def _agencies(self, item: Item) -> str:
        agencies = "、".join(item.agencies)
        if len(item.agencies) == 1:
            return self._answers("short.agencies", agencies=agencies)
        return self._answers("short.lead", lead=item.lead, agencies=agencies)

    def _lead(self, item: Item) -> str:
        return self._answers("short.lead_of_two", lead=item.lead)

    def _fitting(self, cautions: Sequence[str], room: int) -> list[str]:
        """Return one line of the cautions that fit, in order; none if not even the first does."""
        for count in range(len(cautions), 0, -1):
            line = self._answers("short.caution", text="".join(cautions[:count]))
            if len(line) < room:
                return [line]
        return []

    def clauses(self, clauses: Sequence[Clause], beside: Topic | None = None, contacts: Sequence[str] = ()) -> str:
        """Return one or two clauses: opening words, items with figures, agencies, contacts."""
        lines: list[str] = []
        for clause in clauses:
            lines += [self._answers("clauses.head", label=clause.label, title=clause.title)]
            lines += [self._answers("clauses.no_money")] if clause.service_only and len(clauses) == 1 else []
            lines += [self._answers("clauses.quote", quote=clause.items[0].core)]
            lines += [
                self._answers("clauses.item", code=i.code, title=i.title, figure=self._figure(i)) for i in clause.items
            ]
            lines += (
                [self._answers("clauses.agencies", agencies="、".join(clause.agencies))] if len(clauses) == 1 else []
            )
        lines += [beside.answer] if beside is not None else []
        lines += [self._answers("clauses.more", label=clauses[0].label), *contacts]
        return "\n".join(lines)

    def agency(self, agency: str, clauses: Sequence[Clause], contacts: Sequence[str] = ()) -> str:
        """Return an agency's clauses; a single one with its items; contacts."""
        if len(clauses) == 1:
            only = self._answers("agency.only", agency=agency, label=clauses[0].label)
            return only + "\n" + self.clauses(clauses, contacts=contacts)
        head = self._answers("agency.head", agency=agency, count=len(clauses))
        lines = [self._answers("agency.line", label=clause.label, title=clause.title) for clause in clauses]
        return "\n".join([head, *lines, self._answers("agency.more"), *contacts])

    def topic(self, topic: Topic, premise: Premise | None, contacts: Sequence[str] = ()) -> str:
        """Return a topic: a no first, its quote, clause, contacts."""
        lines = [*self._opening(premise)]
        denied = bool(lines) or topic.answer.startswith(("没有", "不"))
        lines += [topic.answer] if denied else [self._answers("topic.head", title=topic.title), topic.answer]
        quote = topic.quote
        if quote is None and topic.items:
            quote = self._policy.items[topic.items[0]].core
        if quote is not None:
            label = self._policy.clause(topic.clause).label if topic.clause else self._answers("topic.closing")
            lines.append(self._answers("topic.quote", quote=quote, label=label))
        elif topic.clause is not None:
            lines.append(self._answers("topic.see", label=self._policy.clause(topic.clause).label))
        if topic.clause is not None and topic.items and not topic.broad:
            agencies = self._policy.clause(topic.clause).agencies
            lines.append(self._answers("short.agencies", agencies="、".join(agencies)))
        return "\n".join([*lines, *contacts])

    def outside(self, topic: Topic) -> str:
        """Return what this policy does not cover, and where to find a person."""
        return self._answers("outside.text", answer=topic.answer)

    def no_such_figure(self) -> str:
        """Return the answer to a sum not in the policy."""
        return self._answers("premise.no_such_figure")

    def nearest(self, items: Iterable[Item]) -> str:
        """Return possibly meant items, by number and link."""
        lines = [self._answers("unsure.nearest")]
        for number, item in enumerate(items, 1):
            label = self._policy.clause(item.clause).label
            lines.append(self._answers("unsure.near", number=number, title=item.title, code=item.code, label=label))
        return "\n".join([*lines, self._answers("unsure.near_end")])

    def nothing(self) -> str:
        """Return the answer if nothing of the policy was found in the question."""
        return self._answers("unsure.nothing")

    def _opening(self, premise: Premise | None) -> list[str]:
        if premise is None:
            return []
        if premise.kind == "said":
            return [premise.says]
        if premise.kind == "figure":
            return [self._answers("premise.figure", figure=premise.says)]
        return [self._answers(f"premise.{premise.kind}")]

    def _figure(self, item: Item) -> str:
        return self._answers("clauses.figure", figure=item.figure) if item.figure else ""

    def _answers(self, key: str, **blanks: object) -> str:
        return self._texts(f"answers.{key}", **blanks)
