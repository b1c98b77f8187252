"""Rubric: what a text may claim, as predicates over claims and facts, and the ladder of levels on each axis."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping

from app.grading.check import PUT_FORWARD
from app.grading.claims import Kind
from app.grading.criteria import Cap, Combined, Condition, Named, Pattern, Rubric, Rung, Written, regraded
from app.grading.house_ladder import ladder
from app.grading.lexicon_components import COMPONENTS
from app.grading.predicates import is_pattern, pattern_of, statements_in
from app.grading.rubric_fields import BadRubric, mapping, needed, only, texts
from app.grading.score import WEIGHTS, Axis

__all__ = ["BadRubric", "Rubric", "canonical", "rubric_from_mapping"]

_FIELDS = (
    "schema", "id", "version", "proposal", "aliases", "predicates", "answer", "axes", "caps", "weights", "examples",
)  # fmt: skip


def rubric_from_mapping(written: Written, *, prompt: str = "") -> Rubric:
    """Read a rubric; BadRubric names the path and the remedy. `prompt` makes copies of it known."""
    only(written, "rubric", _FIELDS)
    if written.get("schema") != 1:
        raise BadRubric(f"schema: {written.get('schema')!r} is not known here; write schema: 1")
    if "answer" in written and "axes" in written:
        raise BadRubric("answer: stands instead of axes; remove one of them")
    house = ladder(written["answer"]) if "answer" in written else {}
    reader = _Reader(mapping(written.get("predicates", {}), "predicates"))
    reader.refuse_circles()
    return Rubric(
        id=str(needed(written, "rubric", "id")),
        version=int(written.get("version", 1)),
        sha256=hashlib.sha256(canonical(written).encode()).hexdigest(),
        prompt=prompt,
        proposal=_proposal(written),
        aliases=_aliases(written.get("aliases", {})),
        patterns=reader.patterns,
        groups=reader.groups,
        statements=reader.statements,
        rungs=tuple(reader.rungs(mapping(house.get("axes", written.get("axes", {})), "axes"))),
        caps=tuple(reader.caps([*house.get("caps", ()), *written.get("caps", ())])),
        weights=_weights(written.get("weights", {})),
        examples=tuple(written.get("examples", ())),
    )


def canonical(written: Written) -> str:
    """One form for one meaning: what the hash is taken of."""
    return json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


GRADES = ("exact", "close", "partial", "hedged", "standing")
BUILT_IN = ("readable", "action", "verify", "flip")


class _Reader:
    """Reads predicates first, then what refers to them by name."""

    def __init__(self, written: Written) -> None:
        self.names = {*written, *BUILT_IN}
        self.patterns = {name: pattern_of(name, value) for name, value in written.items() if is_pattern(value)}
        self.statements = statements_in(written)
        self.patterns |= {name: _built_in(name) for name in BUILT_IN[1:] if name not in written}
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

    def rungs(self, axes: Written) -> Iterable[Rung]:
        only(axes, "axes", tuple(Axis))
        for axis in Axis:
            ladder = mapping(needed(axes, "axes", axis), f"axes.{axis}")
            for level, written in sorted(ladder.items(), key=lambda item: str(item[0])):
                path = f"axes.{axis}.{level}"
                if str(level) not in "1234":
                    raise BadRubric(f"{path}: levels are 1 to 4; what must hold an axis at 0 belongs under caps")
                words, condition = _worded(written)
                yield Rung(axis=axis, level=int(level), condition=self.condition(condition, path), words=words)

    def caps(self, listed: Iterable[Written]) -> Iterable[Cap]:
        for index, written in enumerate(listed):
            path = f"caps.{index}"
            only(written, path, ("when", "unless", "axis", "at_most", "words"))
            axis = str(needed(written, path, "axis"))
            if axis not in set(Axis):
                raise BadRubric(f"{path}.axis: {axis!r} is not an axis; there are {', '.join(Axis)}")
            yield Cap(
                when=self.condition(needed(written, path, "when"), f"{path}.when"),
                unless=self.condition(written["unless"], f"{path}.unless") if "unless" in written else None,
                axis=Axis(axis),
                at_most=_level(needed(written, path, "at_most"), f"{path}.at_most"),
                words=str(written.get("words", "")),
            )

    def condition(self, written: object, path: str) -> Condition:
        match written:
            case str():
                return self._named(written, path)
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
                grade, inner = next(iter(written.items()))
                return regraded(self.condition(inner, f"{path}.{grade}"), str(grade))
        names = "a predicate's name, a list of names, any_of, all_of, none_of, at_least/of"
        forms = f"{names}, or {'|'.join(GRADES)}: condition"
        raise BadRubric(f"{path}: {written!r} is no condition; write {forms}")

    def _combined(self, parts: list[object], path: str, *, least: int, negated: bool = False) -> Combined:
        return Combined(
            parts=tuple(self.condition(part, f"{path}.{index}") for index, part in enumerate(parts)),
            least=least,
            negated=negated,
        )

    def _named(self, name: str, path: str) -> Named:
        if name not in self.names:
            raise BadRubric(f"{path}: no predicate {name!r}; there are {', '.join(sorted(self.names))}")
        return Named(name=name)


def _built_in(name: str) -> Pattern:
    """Any action, any flip; a way to verify that is not refused."""
    return Pattern(name=name, kind=Kind(name), polarity=True if name == "verify" else None)


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


def _worded(written: object) -> tuple[str, object]:
    if isinstance(written, Mapping) and "when" in written:
        return str(written.get("words", "")), written["when"]
    return "", written


def _proposal(written: Written) -> str:
    name = str(written.get("proposal", ""))
    if name and name not in COMPONENTS and name not in PUT_FORWARD:
        raise BadRubric(
            f"proposal: {name!r} is not a component; write what the proposal would work on, such as attention_core, "
            "or right or wrong where it is a claim"
        )
    return name


def _aliases(written: object) -> tuple[tuple[str, str], ...]:
    pairs: list[tuple[str, str]] = []
    for component, phrases in mapping(written, "aliases").items():
        if component not in COMPONENTS:
            raise BadRubric(f"aliases.{component}: not a component; there are {', '.join(sorted(COMPONENTS))}")
        pairs += [(phrase, component) for phrase in texts(phrases)]
    return tuple(pairs)


def _weights(written: object) -> dict[Axis, float]:
    given = mapping(written, "weights")
    only(given, "weights", tuple(Axis))
    weights = {axis: float(given.get(axis, WEIGHTS[axis])) for axis in Axis}
    if abs(sum(weights.values()) * 4 - 100) > 0.01:
        raise BadRubric(f"weights: full marks give {sum(weights.values()) * 4:g}; the five weights must sum to 25")
    return weights
