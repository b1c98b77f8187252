"""Facts: the one name space through which keys, claims, rubrics and charts refer to an analysis."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from app.engine.amdahl import ceiling, speedup
from app.engine.analysis import Analysis, analyze
from app.engine.catalog import near_misses
from app.engine.conventions import CountedAttention, CountedHead, enumerate_conventions
from app.engine.flips import Basis, nearest_flip
from app.engine.given import GIVEN, given
from app.engine.groups import Group
from app.engine.scalars import SCALARS, Value
from app.engine.workload import LENGTH_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One named value: its unit, what it is based on, the convention it was counted under."""

    name: str
    value: Value
    unit: str
    basis: str
    convention: str
    default_family: bool = True  # a text that is silent about the convention may mean this one


class UnknownFact(ValueError):
    """No fact has that name in this scenario."""


def fact(analysis: Analysis, name: str) -> Fact:
    """The fact of that name; UnknownFact, with near misses, when the scenario has none.

    A name may end in a way of counting: `share.flops.mlp@causal`, `@full`, `@last_head`, `@no_head`.
    """
    name, _, counting = name.partition("@")
    if counting:
        return fact(recounted(analysis, counting, name), name)
    if name in SCALARS:
        scalar = SCALARS[name]
        if analysis.scenario.phase in scalar.phases:
            return _named(analysis, name, scalar.value(analysis), scalar.unit, scalar.basis)
        raise UnknownFact(f"{name}: a {analysis.scenario.phase} scenario has no such fact")
    for prefix, family in _FAMILIES.items():
        if name.startswith(prefix):
            return family(analysis, name, name.removeprefix(prefix).split("."))
    raise UnknownFact(f"{name}: no such fact{near_misses(name, fact_names(analysis))}")


def facts(analysis: Analysis) -> dict[str, Fact]:
    """Every fact that the scenario has without asking for more than it says, by name."""
    return {name: fact(analysis, name) for name in fact_names(analysis)}


def variants(analysis: Analysis, name: str) -> tuple[Fact, ...]:
    """The fact under the scenario's own convention, then under each other way of counting."""
    own = fact(analysis, name)
    if own.basis != Basis.FLOPS:
        return (own,)
    scenario = analysis.scenario
    others = enumerate_conventions(scenario.conventions)[1:]
    return (own, *(fact(analyze(replace(scenario, conventions=other)), name) for other in others))


def fact_names(analysis: Analysis) -> tuple[str, ...]:
    """Names that `facts` lists: scalars of the phase, shares and ceilings by group, and the length's flip."""
    phase = analysis.scenario.phase
    counted = [group for group in analysis.groups if analysis.flops_share(group) > 0]
    return (
        *(name for name, scalar in SCALARS.items() if phase in scalar.phases),
        *(f"given.{name}" for name in GIVEN),
        *(f"flops.{part.name}" for part in analysis.components if part.flops),
        *(f"{kind}.flops.{group}" for kind in ("share", "ceiling") for group in counted),
        *(f"{kind}.time.{group}" for kind in ("share", "ceiling") for group in analysis.groups),
        *(f"time_s.{group}" for group in analysis.groups),
        *(f"bound.{group}" for group in analysis.groups),
        *(f"flip.{basis}{LENGTH_NAMES[phase]}.attention_core_vs_{_rival(analysis)}" for basis in ("", "time.")),
    )


def _rival(analysis: Analysis) -> Group:
    # What a growing length lets the core catch: the MLP, or the experts that stand in its place.
    return Group.EXPERTS if analysis.scenario.model.experts is not None else Group.MLP


def parse_groups(word: str, name: str) -> tuple[Group, ...]:
    """Groups written as one name, or several joined by a plus sign ("mlp+projections")."""
    try:
        return tuple(Group(part) for part in word.split("+"))
    except ValueError:
        raise UnknownFact(f"{name}: {word!r} is not a component group; there are {', '.join(Group)}") from None


_COUNTINGS: dict[str, dict[str, Any]] = {
    "full": {"attention": CountedAttention.FULL},
    "causal": {"attention": CountedAttention.CAUSAL},
    "last_head": {"head": CountedHead.LAST},
    "no_head": {"head": CountedHead.NONE},
}


def recounted(analysis: Analysis, counting: str, name: str) -> Analysis:
    """The analysis with FLOPs counted another way: full, causal, last_head, no_head."""
    if counting not in _COUNTINGS:
        raise UnknownFact(f"{name}@{counting}: not a way of counting; there are {', '.join(_COUNTINGS)}")
    scenario = analysis.scenario
    return analyze(replace(scenario, conventions=replace(scenario.conventions, **_COUNTINGS[counting])))


def _named(analysis: Analysis, name: str, value: Value, unit: str, basis: str) -> Fact:
    scenario = analysis.scenario
    if basis != Basis.FLOPS:
        label = f"{scenario.efficiency.name} efficiencies" if basis == Basis.TIME else "exact"
        return Fact(name=name, value=value, unit=unit, basis=basis, convention=label)
    conventions = scenario.conventions
    return Fact(
        name=name,
        value=value,
        unit=unit,
        basis=basis,
        convention=conventions.label,
        default_family=conventions.default_family,
    )


def _share(analysis: Analysis, groups: tuple[Group, ...], basis: Basis) -> float:
    share_of = analysis.flops_share if basis is Basis.FLOPS else analysis.time_share
    return sum(share_of(group) for group in groups)


def _by_share(formula: Callable[[float], float], unit: str) -> Callable[[Analysis, str, list[str]], Fact]:
    def family(analysis: Analysis, name: str, rest: list[str]) -> Fact:
        basis, word = _basis_and(rest, name)
        _refuse_more_than(1, word, name)
        return _named(analysis, name, formula(_share(analysis, parse_groups(word[0], name), basis)), unit, basis)

    return family


def _speedup(analysis: Analysis, name: str, rest: list[str]) -> Fact:
    basis, words = _basis_and(rest, name)
    try:
        factor = float(".".join(words[1:]))
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        raise UnknownFact(f"{name}: ends in a factor above zero, as in speedup.time.mlp.2")
    share = _share(analysis, parse_groups(words[0], name), basis)
    return _named(analysis, name, speedup(share, factor), "x", basis)


def _flops(analysis: Analysis, name: str, rest: list[str]) -> Fact:
    _refuse_more_than(1, rest, name)
    word = rest[0]
    flops = sum(part.flops for part in analysis.components if word in (part.name, part.group))
    if not any(word in (part.name, part.group) for part in analysis.components):
        raise UnknownFact(f"{name}: {word!r} is neither a component nor a group of this scenario")
    return _named(analysis, name, flops, "FLOP", "flops")


def _time(analysis: Analysis, name: str, rest: list[str]) -> Fact:
    """time_s.mlp, time_s.tp_all_reduce: what a group or a component adds to the estimated step."""
    _refuse_more_than(1, rest, name)
    parts = [part for part in analysis.components if rest[0] in (part.name, part.group)]
    if not parts:
        raise UnknownFact(f"{name}: {rest[0]!r} is neither a component nor a group of this scenario")
    return _named(analysis, name, sum(part.time_s for part in parts), "s", "time")


def _bound(analysis: Analysis, name: str, rest: list[str]) -> Fact:
    _refuse_more_than(1, rest, name)
    group = _one_group(rest[0], name)
    parts = [part for part in analysis.components if part.group is group]
    if not parts:
        raise UnknownFact(f"{name}: this scenario has no {group}")
    slowest = max(parts, key=lambda part: part.time_s)
    return _named(analysis, name, str(slowest.bound), "", "time")


def _flip(analysis: Analysis, name: str, rest: list[str]) -> Fact:
    basis = Basis.TIME if rest[0] == "time" else Basis.FLOPS
    words = rest[1:] if rest[0] == "time" else rest
    if len(words) != 2 or words[1].count("_vs_") != 1:
        raise UnknownFact(f"{name}: a flip is written flip.VARIABLE.GROUP_vs_GROUP")
    a, b = (_one_group(word, name) for word in words[1].split("_vs_"))
    unit = "token" if words[0].endswith("_len") else "1"
    found = nearest_flip(analysis.scenario, words[0], a, b, basis=basis)
    return _named(analysis, name, "never" if found is None else found.at, unit, basis)


def _refuse_more_than(n: int, words: list[str], name: str) -> None:
    if len(words) > n:
        raise UnknownFact(f"{name}: nothing is known of {'.'.join(words[n:])!r}")


def _one_group(word: str, name: str) -> Group:
    groups = parse_groups(word, name)
    if len(groups) != 1:
        raise UnknownFact(f"{name}: {word!r} is several groups; one is asked for here")
    return groups[0]


def _basis_and(rest: list[str], name: str) -> tuple[Basis, list[str]]:
    if len(rest) < 2 or rest[0] not in set(Basis):
        raise UnknownFact(f"{name}: names its basis first, flops or time, then a component group")
    return Basis(rest[0]), rest[1:]


def _lever(analysis: Analysis, name: str, rest: list[str]) -> Fact:
    # Levers analyse changed scenarios, so their package stands above this one.
    from app.engine.levers import lever_speedup

    if len(rest) != 2 or rest[1] != "speedup":
        raise UnknownFact(f"{name}: a lever's fact is written lever.ID.speedup")
    try:
        return _named(analysis, name, lever_speedup(analysis, rest[0]), "x", "time")
    except UnknownFact:
        raise
    except ValueError as error:
        raise UnknownFact(f"{name}: {error}") from None


def _given(analysis: Analysis, name: str, words: list[str]) -> Fact:
    """given.hbm_bandwidth: a number that the scenario states."""
    if words != [words[0]] or words[0] not in GIVEN:
        raise UnknownFact(f"{name}: nothing of that name is given{near_misses('.'.join(words), GIVEN)}")
    return _named(analysis, name, given(analysis.scenario, words[0]), GIVEN[words[0]].unit, "count")


_FAMILIES: dict[str, Callable[[Analysis, str, list[str]], Fact]] = {
    "share.": _by_share(lambda share: share, "1"),
    "ceiling.": _by_share(lambda share: ceiling(share), "x"),  # looked up when asked, as every formula is
    "speedup.": _speedup,
    "flops.": _flops,
    "time_s.": _time,
    "bound.": _bound,
    "flip.": _flip,
    "lever.": _lever,
    "given.": _given,
}
