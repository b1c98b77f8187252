"""A share that people quote, examined: under which way of counting, if any, it is true of a model in a setting."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from app.engine.analysis import Analysis, analyze
from app.engine.conventions import CountedHead, enumerate_conventions
from app.engine.efficiency import IDEAL
from app.engine.groups import GROUP_LABELS, Group
from app.engine.scenario import Attention, Scenario
from app.engine.studies.published import SEQ_LEN, PublishedRow, fitted_flops, shares

_WHOLE_PERCENT = 0.005  # what rounding to a whole percent hides


class Kind(StrEnum):
    """How a reading comes to its share."""

    COUNTED = "counted"  # the group's share of all FLOPs, some way of counting them
    TIMED = "timed"  # the group's share of the estimated time
    RELABELLED = "relabelled"  # another numerator or denominator than the words say
    FITTED = "fitted"  # the accounting of the 2022 table, which the architecture does not have


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A quoted share of component groups together: between `low` and `high` [0..1]."""

    groups: tuple[Group, ...]
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.groups:
            raise ValueError("groups: none is named")
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError(f"low, high: {self.low} and {self.high} are not two shares in rising order")

    def distance(self, share: float) -> float:
        """How far a share lies outside the quoted range; zero inside [0..1]."""
        return max(self.low - share, share - self.high, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read the claim, its share [0..1], and whether the claim holds to the whole percent."""

    kind: Kind
    words: str
    share: float
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Every reading of a claim about a scenario, the most literal first; `nearest` is the closest of them."""

    claim: Claim
    readings: tuple[Reading, ...]
    nearest: Reading
    sentence: str

    @property
    def true_under(self) -> tuple[Reading, ...]:
        """The readings under which the claim holds."""
        return tuple(reading for reading in self.readings if reading.holds)

    @property
    def holds(self) -> bool:
        """Whether it holds when the words mean what they say: counted or timed, of the groups that are named."""
        return any(reading.kind in (Kind.COUNTED, Kind.TIMED) for reading in self.true_under)


def examine(claim: Claim, scenario: Scenario) -> Examination:
    """Read the claim in every way that is in use, and say under which it is true of this scenario."""
    readings = tuple(
        Reading(kind=kind, words=words, share=share, holds=claim.distance(share) <= _WHOLE_PERCENT)
        for kind, words, share in _shares(claim, scenario)
    )
    holding = [reading for reading in readings if reading.holds]
    nearest = holding[0] if holding else min(readings, key=lambda reading: claim.distance(reading.share))
    sentence = _sentence(claim, scenario, readings, nearest)
    return Examination(claim=claim, readings=readings, nearest=nearest, sentence=sentence)


Share = tuple[Kind, str, float]


def _shares(claim: Claim, scenario: Scenario) -> Iterator[Share]:
    counted = [
        analyze(replace(scenario, conventions=convention)) for convention in enumerate_conventions(scenario.conventions)
    ]
    for analysis in counted:
        share = sum(analysis.flops_share(group) for group in claim.groups)
        yield Kind.COUNTED, f"of all FLOPs, {analysis.scenario.conventions.label}", share
    yield from _timed(claim, scenario)
    for analysis in counted:
        if analysis.scenario.conventions.head is not CountedHead.LAST:
            yield from _relabelled(claim, analysis)
    yield from _fitted(claim, scenario)


def _timed(claim: Claim, scenario: Scenario) -> Iterator[Share]:
    for attention in (scenario.attention, *(other for other in Attention if other is not scenario.attention)):
        kernels = replace(scenario, attention=attention)
        for run in (kernels, replace(kernels, efficiency=IDEAL)):
            share = sum(analyze(run).time_share(group) for group in claim.groups)
            yield Kind.TIMED, f"of the time, {attention} attention, {run.efficiency.name} efficiencies", share


def _relabelled(claim: Claim, analysis: Analysis) -> Iterator[Share]:
    """Numerators and denominators that are in use under other names."""
    flops = {group: analysis.flops_share(group) for group in analysis.groups}
    label = analysis.scenario.conventions.label
    dense = tuple(group for group in (Group.MLP, Group.EXPERTS) if group in flops)
    named = set(claim.groups)
    if named <= {*dense, Group.ATTENTION_CORE} and analysis.scenario.conventions.head is CountedHead.ALL:
        part = sum(flops.get(group, 0.0) for group in claim.groups)
        both = sum(flops[group] for group in (*dense, Group.ATTENTION_CORE))
        yield Kind.RELABELLED, f"of core and MLP only, {label}", part / both
    if named <= set(dense):
        matmuls = sum(flops[group] for group in (*dense, Group.PROJECTIONS))
        yield Kind.RELABELLED, f"when all dense matmuls of the layers are taken for it, {label}", matmuls
    if named == {Group.ATTENTION_CORE}:
        block = flops[Group.ATTENTION_CORE] + flops[Group.PROJECTIONS]
        yield Kind.RELABELLED, f"when the attention block, projections and core, is taken for it, {label}", block


def _fitted(claim: Claim, scenario: Scenario) -> Iterator[Share]:
    """The table's formulas know the width alone: four times as wide an MLP, as many KV heads as heads, 2,048 tokens."""
    model = scenario.model
    plain = model.n_heads * model.d_head == model.d_model and model.n_kv_heads == model.n_heads
    if not plain or model.gated or model.d_ff != 4 * model.d_model or model.experts or model.latent:
        return
    if scenario.forward.n_keys != SEQ_LEN:
        return
    row = PublishedRow(
        name=model.name,
        n_layers=model.n_layers,
        d_model=model.d_model,
        batch_tokens=SEQ_LEN,
        flops_per_update=0.0,
        mha=0.0,
        ffn=0.0,
        attn=0.0,
        logit=0.0,
    )
    found = shares(fitted_flops(row))
    words = "as the 2022 table of OPT set-ups counts, whose projections do not follow from the architecture"
    yield Kind.FITTED, words, sum(found.get(group, 0.0) for group in claim.groups)


def _sentence(claim: Claim, scenario: Scenario, readings: tuple[Reading, ...], nearest: Reading) -> str:
    low, high = _percent(claim.low), _percent(claim.high)
    quoted = f"{low} %" if low == high else f"{low} to {high} %"
    names = " and ".join(f"the {GROUP_LABELS[group]}" for group in claim.groups)
    of = f"{names} of {scenario.model.name} at {scenario.forward.n_keys:,.0f} tokens"
    found, literal = (f"{_percent(reading.share)} % {reading.words}" for reading in (nearest, readings[0]))
    if not nearest.holds:
        return f"None of {len(readings)} readings gives {quoted} for {of}: it is {literal}; the nearest is {found}."
    match nearest.kind:
        case Kind.COUNTED | Kind.TIMED:
            return f"{quoted} is right for {of}: {found}."
        case Kind.RELABELLED:
            return f"{quoted} is something else than {of}, which is {literal}: it is {found}."
        case Kind.FITTED:
            return f"{quoted} is not what the architecture has for {of}, {literal}: it is {found}."
    assert_never(nearest.kind)


def _percent(share: float) -> str:
    return f"{100 * share:.3g}"
