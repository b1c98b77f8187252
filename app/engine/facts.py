"""Facts: the one name space through which keys, claims, rubrics and charts refer to an analysis."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import floor
from typing import Any

from app.engine.amdahl import ceiling, speedup
from app.engine.analysis import Analysis, analyze
from app.engine.catalog import near_misses
from app.engine.components.experts import distinct_experts
from app.engine.conventions import CountedAttention, CountedHead, enumerate_conventions
from app.engine.flips import Basis, nearest_flip
from app.engine.given import GIVEN, given
from app.engine.groups import Group
from app.engine.hardware import ridge_point
from app.engine.memory import kv_bytes_per_token, kv_bytes_read, weight_bytes
from app.engine.workload import LENGTH_NAMES, Phase

Value = float | str | bool


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
        return fact(_recounted(analysis, counting, name), name)
    if name in _SCALARS:
        scalar = _SCALARS[name]
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
        *(name for name, scalar in _SCALARS.items() if phase in scalar.phases),
        *(f"given.{name}" for name in GIVEN),
        *(f"flops.{part.name}" for part in analysis.components if part.flops),
        *(f"{kind}.flops.{group}" for kind in ("share", "ceiling") for group in counted),
        *(f"{kind}.time.{group}" for kind in ("share", "ceiling") for group in analysis.groups),
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


_ANY = (Phase.TRAINING, Phase.PREFILL, Phase.DECODE)


@dataclass(frozen=True, slots=True)
class _Scalar:
    value: Callable[[Analysis], Value]
    unit: str
    basis: str
    phases: tuple[Phase, ...] = _ANY


_COUNTINGS: dict[str, dict[str, Any]] = {
    "full": {"attention": CountedAttention.FULL},
    "causal": {"attention": CountedAttention.CAUSAL},
    "last_head": {"head": CountedHead.LAST},
    "no_head": {"head": CountedHead.NONE},
}


def _recounted(analysis: Analysis, counting: str, name: str) -> Analysis:
    if counting not in _COUNTINGS:
        raise UnknownFact(f"{name}@{counting}: not a way of counting; there are {', '.join(_COUNTINGS)}")
    scenario = analysis.scenario
    return analyze(replace(scenario, conventions=replace(scenario.conventions, **_COUNTINGS[counting])))


def _mfu(analysis: Analysis) -> float:
    scenario = analysis.scenario
    peak = scenario.hardware.peak(scenario.formats.math)
    return analysis.flops_total / (analysis.time_s.estimate * peak * scenario.n_devices)


def _hfu(analysis: Analysis) -> float:
    scenario = analysis.scenario
    executed = sum(part.executed_flops for part in analysis.components)
    return executed / (analysis.time_s.estimate * scenario.hardware.peak(scenario.formats.math))


def _mbu(analysis: Analysis) -> float:
    moved = sum(part.bytes_moved for part in analysis.components)
    return moved / (analysis.time_s.estimate * analysis.scenario.hardware.hbm_bandwidth)


def _intensity(analysis: Analysis) -> float:
    parts = analysis.components
    return sum(part.executed_flops for part in parts) / sum(part.bytes_moved for part in parts)


def _tokens_per_s(analysis: Analysis) -> float:
    scenario = analysis.scenario
    tokens = scenario.forward.n_tokens * scenario.n_micro_batches * scenario.plan.dp
    return tokens / analysis.time_s.estimate


def _experts_touched(analysis: Analysis) -> float:
    # Distinct experts of one layer that a forward pass meets, in expectation; zero for a dense model.
    experts = analysis.scenario.model.experts
    if experts is None:
        return 0
    tokens = analysis.scenario.forward.n_tokens
    return distinct_experts(n_experts=experts.n_experts, n_active=experts.n_active_experts, n_tokens=tokens)


def _max_batch(analysis: Analysis) -> float:
    # Sequences of this length that fit beside the weights, over the devices of one replica.
    memory, scenario = analysis.memory, analysis.scenario
    room = memory.capacity - memory.weights
    if not memory.kv_cache:
        return float("inf")
    return max(0, floor(room / (memory.kv_cache / scenario.forward.n_sequences)))


_SCALARS: dict[str, _Scalar] = {
    "flops.total": _Scalar(lambda a: a.flops_total, "FLOP", "flops"),
    "flops.forward": _Scalar(lambda a: a.flops_forward, "FLOP", "flops"),
    "bottleneck.component": _Scalar(lambda a: str(a.bottleneck.component), "", "time"),
    "bottleneck.component_by_flops": _Scalar(lambda a: str(a.bottleneck.component_by_flops), "", "flops"),
    "bottleneck.resource": _Scalar(lambda a: str(a.bottleneck.resource), "", "time"),
    "time_s.lower": _Scalar(lambda a: a.time_s.lower, "s", "time"),
    "time_s.estimate": _Scalar(lambda a: a.time_s.estimate, "s", "time"),
    "time_s.upper": _Scalar(lambda a: a.time_s.upper, "s", "time"),
    "ttft_s": _Scalar(lambda a: a.time_s.estimate, "s", "time", (Phase.PREFILL,)),
    "tpot_s": _Scalar(lambda a: a.time_s.estimate, "s", "time", (Phase.DECODE,)),
    "tokens_per_s": _Scalar(_tokens_per_s, "token/s", "time"),
    "tokens_per_s_per_device": _Scalar(lambda a: _tokens_per_s(a) / a.scenario.n_devices, "token/s", "time"),
    "mfu": _Scalar(_mfu, "1", "time"),
    "hfu": _Scalar(_hfu, "1", "time"),
    "mbu": _Scalar(_mbu, "1", "time"),
    "arithmetic_intensity": _Scalar(_intensity, "FLOP/B", "identity"),
    "ridge_point": _Scalar(lambda a: ridge_point(a.scenario.hardware, a.scenario.formats.math), "FLOP/B", "identity"),
    "parameters.total": _Scalar(lambda a: a.parameters.total, "1", "count"),
    "parameters.active": _Scalar(lambda a: a.parameters.active, "1", "count"),
    "parameters.multiplying": _Scalar(lambda a: a.multiplying_parameters, "1", "count"),
    "weight_bytes": _Scalar(lambda a: weight_bytes(a.scenario), "B", "bytes"),
    "kv_bytes_per_token": _Scalar(lambda a: kv_bytes_per_token(a.scenario), "B", "bytes"),
    "experts_touched": _Scalar(_experts_touched, "1", "count"),
    "kv_bytes_read": _Scalar(lambda a: kv_bytes_read(a.scenario), "B", "bytes", (Phase.DECODE,)),
    "memory.bytes_per_device": _Scalar(lambda a: a.memory.bytes_per_device, "B", "bytes"),
    "memory.weights": _Scalar(lambda a: a.memory.weights, "B", "bytes"),
    "memory.gradients": _Scalar(lambda a: a.memory.gradients, "B", "bytes"),
    "memory.optimizer": _Scalar(lambda a: a.memory.optimizer, "B", "bytes"),
    "memory.activations": _Scalar(lambda a: a.memory.activations, "B", "bytes"),
    "memory.kv_cache": _Scalar(lambda a: a.memory.kv_cache, "B", "bytes"),
    "memory.shortfall": _Scalar(lambda a: a.memory.shortfall, "B", "bytes"),
    "memory.fits": _Scalar(lambda a: a.memory.shortfall <= 0, "", "bytes"),
    "fits.max_batch": _Scalar(_max_batch, "sequence", "bytes", (Phase.DECODE,)),
    "bubble_share": _Scalar(lambda a: a.bubble_share, "1", "identity"),
}


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
    "bound.": _bound,
    "flip.": _flip,
    "lever.": _lever,
    "given.": _given,
}
