"""From predicates to levels: which claims meet which predicate, the highest rung that holds, and what caps it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from app.engine.facts import Fact
from app.grading.check import Checked, against, held
from app.grading.claims import MARKERS, Claim, Kind
from app.grading.comparable import comparable
from app.grading.criteria import Condition, Expected, LeverKind, Named, Pattern, Rubric, Rung, Target, Where, regraded
from app.grading.engine_facts import Engine
from app.grading.lexicon_levers import LEVERS
from app.grading.ontology import ancestors, groups
from app.grading.quantity import Unit, quantities
from app.grading.score import Axis
from app.grading.situation import condition_value, is_own_situation
from app.grading.stance import Attribution, Modality
from app.grading.text import Span, Text
from app.grading.tolerance import ORDER, Verdict

SURE_ENOUGH = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """The claims that meet a condition; empty evidence with `holds` is a condition that needs none (none_of)."""

    holds: bool
    evidence: tuple[Checked, ...] = ()


@dataclass(frozen=True, kw_only=True)  # without slots: it remembers what it has looked up
class Ladder:
    """Evaluates a rubric's conditions on the checked claims of one answer."""

    rubric: Rubric
    engine: Engine
    claims: tuple[Checked, ...]
    readable: bool
    # Rungs and caps share most of their predicates, and predicates their facts.
    _remembered: dict[Named, Met] = field(default_factory=dict)
    _looked_up: dict[Expected, tuple[Fact, ...]] = field(default_factory=dict)
    _held: dict[tuple[str, int], Checked] = field(default_factory=dict)

    @cached_property
    def _by_kind(self) -> dict[str, list[Checked]]:
        """Claims by their kind, statements by their name; figures that only repeat the question are left out."""
        found: dict[str, list[Checked]] = {}
        for item in self.claims:
            claim = item.claim
            if claim.kind is not Kind.FIGURE or not _is_given(claim, self.rubric.prompt):
                found.setdefault(claim.object if claim.kind is Kind.SAYS else claim.kind, []).append(item)
        return found

    @cached_property
    def _beside(self) -> frozenset[tuple[str, int]]:
        """Of each figure's own term, the sentences in which it stands."""
        return frozenset((item.claim.object, item.claim.sentence) for item in self._by_kind.get(Kind.NEAR, []))

    @cached_property
    def _last_turn(self) -> int:
        """The sentence in which the text last corrects itself; what it said before that it may no longer mean."""
        return max((item.claim.sentence for item in self._by_kind.get(Kind.TURN, [])), default=0)

    def met(self, condition: Condition) -> Met:
        if isinstance(condition, Named):
            return self._named(condition)
        parts = [self.met(part) for part in condition.parts]
        holding = [part for part in parts if part.holds]
        if condition.negated:
            return Met(holds=not holding)
        evidence = tuple(dict.fromkeys(item for part in holding for item in part.evidence))
        some = 1 < condition.least < len(condition.parts)
        return Met(holds=(_apart(holding) if some else len(holding)) >= condition.least, evidence=evidence)

    def level(self, axis: Axis) -> tuple[int, Rung | None, Met]:
        """The highest rung that holds."""
        for rung in sorted((rung for rung in self.rubric.rungs if rung.axis is axis), key=lambda rung: -rung.level):
            met = self.met(rung.condition)
            if met.holds:
                return rung.level, rung, met
        return 0, None, Met(holds=False)

    def _named(self, named: Named) -> Met:
        if named not in self._remembered:
            self._remembered[named] = self._found(named)
        return self._remembered[named]

    def _found(self, named: Named) -> Met:
        if named.name == "readable":
            return Met(holds=self.readable)
        if named.name in self.rubric.groups:
            return self._graded_group(self.rubric.groups[named.name], named.grade)
        pattern = self.rubric.patterns[named.name]
        since = self._last_turn if named.grade == "standing" else 0
        candidates = (
            item
            for item in self._by_kind.get(pattern.name if pattern.kind is Kind.SAYS else pattern.kind, [])
            if item.claim.sentence >= since and _counts(pattern, item.claim)
        )
        found = tuple(item for claim in candidates if (item := self._match(pattern, claim, named.grade)))
        return Met(holds=bool(found), evidence=found)

    def _graded_group(self, condition: Condition, grade: str) -> Met:
        """A grade asked of a group is asked of each of its predicates."""
        return self.met(regraded(condition, grade) if grade != "close" else condition)

    def _match(self, pattern: Pattern, item: Checked, grade: str) -> Checked | None:
        claim = item.claim
        if pattern.polarity is not None and claim.polarity is not pattern.polarity:
            return None
        if pattern.lever and claim.rule == "action.bare":
            return None  # a lever that is only mentioned is no advice
        if claim.modality is Modality.HEDGED and grade != "hedged" and pattern.kind not in (Kind.FLIP, Kind.FIGURE):
            return None
        if not (self._is_about(pattern, item) and self._acts(pattern.lever, item) and self._where(pattern, item)):
            return None
        if pattern.verdict:
            if Verdict.WRONG in pattern.verdict and claim.confidence < SURE_ENOUGH:
                return None  # a penalty needs a surer reading than a credit
            return item if item.verdict in pattern.verdict else None
        if pattern.value:
            return self._valued(pattern, item, grade)
        return item if item.verdict is not Verdict.WRONG else None

    def _is_about(self, pattern: Pattern, item: Checked) -> bool:
        claim = item.claim
        if pattern.kind is Kind.SAYS:
            return True
        if pattern.near and (pattern.name, claim.sentence) not in self._beside:
            return False
        if pattern.object and claim.object not in self._ids(pattern.object):
            return False
        if pattern.unit and (claim.quantity is None or claim.quantity.unit != pattern.unit):
            return False
        if pattern.subject is None:
            return True
        return (pattern.unnamed and not claim.subject) or claim.subject in self._ids(pattern.subject)

    def _ids(self, target: Target) -> frozenset[str]:
        if not target.fact:
            return frozenset(target.ids)
        names = {str(fact.value) for fact in self.engine.known(target.fact)[:1]}
        return frozenset(up for name in names for up in (ancestors(name) if target.ancestors else {name}))

    def _acts(self, wanted: LeverKind | None, item: Checked) -> bool:
        if wanted is None:
            return True
        lever = LEVERS.get(item.claim.lever)
        if lever is None:
            return False
        if lever.id in wanted.ids:
            return True
        touched = frozenset(group for part in lever.acts_on for group in groups(part) or {part})
        on = bool(wanted.acts_on) and bool(touched & self._reach(wanted.acts_on))
        return on and (not wanted.relieves or bool(set(lever.relieves) & set(wanted.relieves)))

    def _reach(self, target: Target | None) -> frozenset[str]:
        if target is None:
            return frozenset()
        return frozenset(group for name in self._ids(target) for group in groups(name) or {name})

    def _where(self, pattern: Pattern, item: Checked) -> bool:
        where, claim = pattern.where, item.claim
        if where is None:
            return (
                pattern.kind in (Kind.FLIP, Kind.FIGURE)
                or claim.condition is None
                or is_own_situation(claim, self.engine)
                or pattern.value is None
            )
        if where.none:
            return is_own_situation(claim, self.engine)
        return self._on_variable(where, item)

    def _on_variable(self, where: Where, item: Checked) -> bool:
        condition = item.claim.condition
        if (
            condition is None
            or is_own_situation(item.claim, self.engine)
            or (where.params and condition.param not in where.params)
        ):
            return False
        if condition.op == "any" or (where.value is None and item.verdict in (Verdict.OFF, Verdict.WRONG) and where.op):
            return where.op == "any" and condition.op == "any"
        if where.op and condition.op != where.op and not self._beyond(where.op, item):
            return False
        if where.value is None:
            return True
        value = condition_value(item.claim, self.engine)
        written = [number for number in (value, condition.value) if number]
        facts = self._facts(where.value)
        return any(
            isinstance(fact.value, (int, float)) and max(number / fact.value, fact.value / number) <= 1.25
            for number in written
            for fact in facts
            if fact.value
        )

    def _beyond(self, op: str, item: Checked) -> bool:
        """A threshold above the situation's own value says "more" without the word."""
        condition = item.claim.condition
        value = condition_value(item.claim, self.engine)
        own = self.engine.own_value(condition.param) if condition else None
        return bool(value and own) and (value > own * 1.1 if op == ">" else value < own / 1.1)  # type: ignore[operator]

    def _facts(self, expected: Expected) -> tuple[Fact, ...]:
        if expected not in self._looked_up:
            self._looked_up[expected] = tuple(
                fact
                for path in expected.facts
                for fact in self.engine.known(path, every_convention=expected.every_convention)
            )
        return self._looked_up[expected]

    def _against(self, pattern: Pattern, expected: Expected, item: Checked) -> Checked:
        """A claim held against a pattern's facts, once for all grades that are asked of it."""
        place = (pattern.name, id(item))
        if place not in self._held:
            facts = _on_basis(self._facts(expected), item.claim.basis)
            found = _figure(pattern, item, facts) if pattern.kind is Kind.FIGURE else against(item.claim, facts)
            self._held[place] = replace(found, by_own_share=True) if item.by_own_share else found
        return self._held[place]

    def _valued(self, pattern: Pattern, item: Checked, grade: str) -> Checked | None:
        if pattern.value is None:
            return None
        found = self._against(pattern, pattern.value, item)
        limit = {"exact": Verdict.RIGHT, "partial": Verdict.LOOSE}.get(grade, Verdict.CLOSE)
        if ORDER.index(found.verdict) <= ORDER.index(limit):
            return found
        return found if pattern.method_credit and item.by_own_share and grade != "exact" else None


def _apart(met: Iterable[Met]) -> int:
    """How many of these stand on words of their own: one number or one lever that fits twice is one."""
    used: set[Span] = set()
    count = 0
    for part in met:
        spans = {item.claim.span for item in part.evidence if item.claim.kind in _ONCE}
        others = any(item.claim.kind not in _ONCE for item in part.evidence)
        if others or not spans or any(not any(span.touches(taken) for taken in used) for span in spans):
            count += 1
            used |= spans
    return count


_ONCE = frozenset({Kind.FIGURE, Kind.ACTION, Kind.SAYS, Kind.FLIP})


def _counts(pattern: Pattern, claim: Claim) -> bool:
    """Whose claims count: the author's own, and suppositions where the rubric says so."""
    return claim.own or (pattern.supposed and claim.attribution is Attribution.HYPOTHETICAL)


def _is_given(claim: Claim, prompt: str) -> bool:
    """Does the question itself say this number? Repeating it earns nothing."""
    return claim.quantity is not None and (claim.quantity.unit, claim.quantity.value) in _given(prompt)


@lru_cache(maxsize=256)
def _given(prompt: str) -> frozenset[tuple[Unit, float]]:
    return frozenset((number.unit, number.value) for number in quantities(Text.of(prompt)))


def _figure(pattern: Pattern, item: Checked, facts: tuple[Fact, ...]) -> Checked:
    """A figure against the facts that measure the same thing."""
    quantity = item.claim.quantity
    read = ((comparable(quantity, fact, bare_percent=pattern.bare_percent), fact) for fact in facts if quantity)
    return held(item.claim, ((said, fact) for said, fact in read if said))


def _on_basis(facts: tuple[Fact, ...], basis: str) -> tuple[Fact, ...]:
    """Facts by FLOPs unless the text speaks of time; a rubric that names only one basis means that one."""
    wanted = "time" if basis == "time" else "flops"
    chosen = tuple(fact for fact in facts if fact.basis == wanted)
    return chosen or facts


def is_readable(claims: Iterable[Checked]) -> bool:
    """Did the text say anything about the situation, in whatever direction?"""
    return any(item.claim.kind not in (Kind.ASSUMPTION, Kind.FIGURE, *MARKERS) for item in claims)


def hedged_share(claims: Iterable[Checked]) -> float:
    """Of the author's judgements, how many are hedged or only possible [0..1]."""
    judging = [
        i.claim
        for i in claims
        if i.claim.kind
        in (Kind.DOMINATES, Kind.BOUND, Kind.ACTION, Kind.VERDICT, Kind.MINOR, Kind.FLIP, Kind.SHARE, Kind.CEILING)
    ]
    judging = [c for c in judging if c.attribution in ("self", "hypothetical") and c.rule != "action.bare"]
    if not judging:
        return 0.0
    return sum(not claim.firm for claim in judging) / len(judging)


HEDGED_SENTENCES, HEDGED_WORDS = 0.5, 0.045  # of the real answers at hand only those that commit to nothing reach both


def hedges_throughout(claims: Iterable[Checked], text: Text, silent: Collection[int]) -> bool:
    """Does half of the text leave things open, in nearly every twentieth word?"""
    read = [s for s in text.sentences if s.index not in silent]
    sizes = {s.index: len(text.plain[s.span.start : s.span.end].split()) for s in read}
    whole = {index: size for index, size in sizes.items() if size >= 4}
    hedges = [item.claim.sentence for item in claims if item.claim.kind is Kind.HEDGE and item.claim.sentence in whole]
    if len(whole) < 3:
        return False
    return len(set(hedges)) >= HEDGED_SENTENCES * len(whole) and len(hedges) >= HEDGED_WORDS * sum(whole.values())
