"""Rubric: what a text may claim, as predicates over claims and facts, and the ladder of levels on each axis."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from app.grading.claims import Kind
from app.grading.criteria import (
    Cap,
    Combined,
    Condition,
    Expected,
    LeverKind,
    Named,
    Pattern,
    Rubric,
    Rung,
    Target,
    Where,
    Written,
)
from app.grading.lexicon_components import COMPONENTS, RESOURCES, VARIABLES
from app.grading.lexicon_levers import LEVERS
from app.grading.score import WEIGHTS, Axis

__all__ = ["BadRubric", "Rubric", "canonical", "rubric_from_mapping"]


class BadRubric(ValueError):
    """A rubric file that cannot be used: the path in it, what is wrong, and what to write instead."""


def rubric_from_mapping(mapping: Written, *, prompt: str = "") -> Rubric:
    """Read a rubric; BadRubric names the path and the remedy. `prompt` makes copies of it known."""
    _only(
        mapping,
        "rubric",
        ("schema", "id", "version", "proposal", "aliases", "predicates", "axes", "caps", "weights", "examples"),
    )
    if mapping.get("schema") != 1:
        raise BadRubric(f"schema: {mapping.get('schema')!r} is not known here; write schema: 1")
    reader = _Reader(mapping)
    reader.refuse_circles()
    return Rubric(
        id=str(_needed(mapping, "rubric", "id")),
        version=int(mapping.get("version", 1)),
        sha256=hashlib.sha256(canonical(mapping).encode()).hexdigest(),
        prompt=prompt,
        proposal=_proposal(mapping),
        aliases=_aliases(mapping.get("aliases", {})),
        patterns=reader.patterns,
        groups=reader.groups,
        rungs=tuple(reader.rungs()),
        caps=tuple(reader.caps()),
        weights=_weights(mapping.get("weights", {})),
        examples=tuple(mapping.get("examples", ())),
    )


def canonical(mapping: Written) -> str:
    """One form for one meaning: what the hash is taken of."""
    return json.dumps(mapping, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


GRADES = ("exact", "close", "partial", "hedged")
BUILT_IN = ("readable", "action", "verify", "flip")


class _Reader:
    """Reads predicates first, then what refers to them by name."""

    def __init__(self, mapping: Written) -> None:
        written = _mapping(mapping.get("predicates", {}), "predicates")
        self.mapping = mapping
        self.names = {*written, *BUILT_IN}
        claims = {name: value for name, value in written.items() if isinstance(value, Mapping) and "claim" in value}
        self.patterns = {name: _pattern(name, value) for name, value in claims.items()}
        self.patterns |= {name: Pattern(name=name, kind=Kind(name)) for name in BUILT_IN[1:] if name not in written}
        self.groups = {
            name: self.condition(value, f"predicates.{name}")
            for name, value in written.items()
            if name not in self.patterns
        }

    def refuse_circles(self) -> None:
        """A predicate that refers to itself, directly or through others, could never be settled."""
        settled: set[str] = set()

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in path:
                raise BadRubric(f"predicates.{name}: refers to itself, by way of {' > '.join((*path, name))}")
            if name in settled or name not in self.groups:
                return
            for other in _names_in(self.groups[name]):
                visit(other, (*path, name))
            settled.add(name)

        for name in self.groups:
            visit(name, ())

    def rungs(self) -> Iterable[Rung]:
        axes = _mapping(self.mapping.get("axes", {}), "axes")
        _only(axes, "axes", tuple(Axis))
        for axis in Axis:
            ladder = _mapping(_needed(axes, "axes", axis), f"axes.{axis}")
            for level, written in sorted(ladder.items(), key=lambda item: str(item[0])):
                path = f"axes.{axis}.{level}"
                if str(level) not in "1234":
                    raise BadRubric(f"{path}: levels are 1 to 4; what must hold an axis at 0 belongs under caps")
                words, condition = _worded(written)
                yield Rung(axis=axis, level=int(level), condition=self.condition(condition, path), words=words)

    def caps(self) -> Iterable[Cap]:
        for index, written in enumerate(self.mapping.get("caps", ())):
            path = f"caps.{index}"
            _only(written, path, ("when", "unless", "axis", "at_most", "words"))
            axis = str(_needed(written, path, "axis"))
            if axis not in set(Axis):
                raise BadRubric(f"{path}.axis: {axis!r} is not an axis; there are {', '.join(Axis)}")
            yield Cap(
                when=self.condition(_needed(written, path, "when"), f"{path}.when"),
                unless=self.condition(written["unless"], f"{path}.unless") if "unless" in written else None,
                axis=Axis(axis),
                at_most=_level(_needed(written, path, "at_most"), f"{path}.at_most"),
                words=str(written.get("words", "")),
            )

    def condition(self, written: object, path: str) -> Condition:
        match written:
            case str():
                return self._named(written, "close", path)
            case list():
                return self._combined(written, path, least=len(written))
            case {"any_of": [*parts]}:
                return self._combined(parts, path, least=1)
            case {"all_of": [*parts]}:
                return self._combined(parts, path, least=len(parts))
            case {"none_of": [*parts]}:
                return self._combined(parts, path, least=1, negated=True)
            case {"at_least": int(least), "of": [*parts]}:
                return self._combined(parts, path, least=least)
            case dict() if len(written) == 1 and next(iter(written)) in GRADES:
                grade, name = next(iter(written.items()))
                return self._named(str(name), str(grade), path)
        forms = (
            "a predicate's name, a list of names, any_of, all_of, none_of, at_least/of, or exact|partial|hedged: name"
        )
        raise BadRubric(f"{path}: {written!r} is no condition; write {forms}")

    def _combined(self, parts: list[object], path: str, *, least: int, negated: bool = False) -> Combined:
        return Combined(
            parts=tuple(self.condition(part, f"{path}.{index}") for index, part in enumerate(parts)),
            least=least,
            negated=negated,
        )

    def _named(self, name: str, grade: str, path: str) -> Named:
        if name not in self.names:
            raise BadRubric(f"{path}: no predicate {name!r}; there are {', '.join(sorted(self.names))}")
        return Named(name=name, grade=grade)


def _level(written: object, path: str) -> int:
    if str(written) not in ("0", "1", "2", "3", "4"):
        raise BadRubric(f"{path}: {written!r} is not a level, 0 to 4")
    return int(str(written))


def _names_in(condition: Condition) -> Iterator[str]:
    if isinstance(condition, Named):
        yield condition.name
        return
    for part in condition.parts:
        yield from _names_in(part)


def _pattern(name: str, written: Written) -> Pattern:
    path = f"predicates.{name}"
    _only(
        written,
        path,
        (
            "claim",
            "subject",
            "unnamed",
            "object",
            "value",
            "polarity",
            "condition",
            "lever",
            "verdict",
            "method_credit",
            "unit",
        ),
    )
    kind = str(written["claim"])
    if kind not in set(Kind):
        raise BadRubric(f"{path}.claim: {kind!r} is no kind of claim; there are {', '.join(Kind)}")
    polarity = {"+": True, "-": False, None: None}.get(written.get("polarity"), "bad")
    if polarity == "bad":
        raise BadRubric(f'{path}.polarity: write "+" or "-"')
    return Pattern(
        name=name,
        kind=Kind(kind),
        subject=_target(written["subject"], f"{path}.subject") if "subject" in written else None,
        unnamed=bool(written.get("unnamed", False)),
        object=_target(written["object"], f"{path}.object") if "object" in written else None,
        value=_expected(written["value"], f"{path}.value") if "value" in written else None,
        polarity=polarity,  # type: ignore[arg-type]
        where=_where(written["condition"], f"{path}.condition") if "condition" in written else None,
        lever=_lever(written["lever"], f"{path}.lever") if "lever" in written else None,
        verdict=_texts(written.get("verdict", ())),
        method_credit=bool(written.get("method_credit", False)),
        unit=str(written.get("unit", "")),
    )


_KNOWN = {*COMPONENTS, *RESOURCES, *VARIABLES, "step"}


def _target(written: object, path: str) -> Target:
    if isinstance(written, Mapping):
        _only(written, path, ("fact", "ancestors"))
        return Target(
            fact=_path(_needed(written, path, "fact"), f"{path}.fact"), ancestors=bool(written.get("ancestors", False))
        )
    ids = _texts(written)
    for name in ids:
        if name not in _KNOWN:
            raise BadRubric(f"{path}: {name!r} is not in the ontology; there are {', '.join(sorted(_KNOWN))}")
    return Target(ids=ids)


def _expected(written: object, path: str) -> Expected:
    if not isinstance(written, Mapping):
        raise BadRubric(f"{path}: {written!r} is typed by hand; name facts instead: {{facts: [main.share.flops.mlp]}}")
    _only(written, path, ("fact", "facts", "ratio", "every_convention"))
    facts = tuple(_path(item, path) for item in (*_texts(written.get("fact", ())), *_texts(written.get("facts", ()))))
    ratio = tuple(_path(item, path) for item in _texts(written.get("ratio", ())))
    if not facts and len(ratio) != 2:
        raise BadRubric(f"{path}: name at least one fact, or two for a ratio")
    return Expected(facts=facts, ratio=ratio, every_convention=bool(written.get("every_convention", False)))


def _path(written: object, path: str) -> str:
    if not isinstance(written, str) or "." not in written:
        raise BadRubric(f"{path}: {written!r} is no fact; write SCENARIO.NAME, as in main.share.flops.mlp")
    return written


def _where(written: object, path: str) -> Where:
    if written == "none":
        return Where(none=True)
    given = _mapping(written, path)
    _only(given, path, ("param", "op", "value"))
    params = _texts(given.get("param", ()))
    for name in params:
        if name not in VARIABLES:
            raise BadRubric(f"{path}.param: {name!r} is not a variable; there are {', '.join(sorted(VARIABLES))}")
    return Where(
        params=params,
        op=str(given.get("op", "")),
        value=_expected(given["value"], f"{path}.value") if "value" in given else None,
    )


def _lever(written: object, path: str) -> LeverKind:
    given = _mapping(written, path)
    _only(given, path, ("id", "acts_on", "relieves"))
    ids = _texts(given.get("id", ()))
    for name in ids:
        if name not in LEVERS:
            raise BadRubric(f"{path}.id: {name!r} is not a lever; there are {', '.join(sorted(LEVERS))}")
    return LeverKind(
        ids=ids,
        acts_on=_target(given["acts_on"], f"{path}.acts_on") if "acts_on" in given else None,
        relieves=_texts(given.get("relieves", ())),
    )


def _worded(written: object) -> tuple[str, object]:
    if isinstance(written, Mapping) and "when" in written:
        return str(written.get("words", "")), written["when"]
    return "", written


def _proposal(mapping: Written) -> str:
    name = str(mapping.get("proposal", ""))
    if name and name not in COMPONENTS:
        raise BadRubric(
            f"proposal: {name!r} is not a component; write what the proposal would work on, such as attention_core"
        )
    return name


def _aliases(written: object) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for component, phrases in _mapping(written, "aliases").items():
        if component not in COMPONENTS:
            raise BadRubric(f"aliases.{component}: not a component; there are {', '.join(sorted(COMPONENTS))}")
        pairs += [(phrase, component) for phrase in _texts(phrases)]
    return tuple(pairs)


def _weights(written: object) -> dict[Axis, float]:
    given = _mapping(written, "weights")
    _only(given, "weights", tuple(Axis))
    weights = {axis: float(given.get(axis, WEIGHTS[axis])) for axis in Axis}
    if abs(sum(weights.values()) * 4 - 100) > 0.01:
        raise BadRubric(f"weights: full marks give {sum(weights.values()) * 4:g}; the five weights must sum to 25")
    return weights


def _texts(written: object) -> tuple[str, ...]:
    return (written,) if isinstance(written, str) else tuple(str(item) for item in written)  # type: ignore[attr-defined]


def _mapping(written: object, path: str) -> Written:
    if not isinstance(written, Mapping):
        raise BadRubric(f"{path}: expected a mapping, found {type(written).__name__}")
    return written


def _needed(written: Written, path: str, name: str) -> Any:  # noqa: ANN401
    if name not in written:
        raise BadRubric(f"{path}.{name}: missing; add it")
    return written[name]


def _only(written: object, path: str, names: tuple[str, ...]) -> None:
    for name in _mapping(written, path):
        if str(name) not in names:
            raise BadRubric(f"{path}.{name}: not a field; there are {', '.join(names)}")
