"""Whether a verdict survives its assumptions: robust, or fragile and what flips it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from app.engine.analysis import Bottleneck, analyze
from app.engine.conventions import enumerate_conventions
from app.engine.efficiency import IDEAL, Efficiency
from app.engine.scenario import Attention, Scenario

FACTORS = (0.8, 1.25)
_FRACTIONS = ("gemm", "wave_tail", "attention_forward", "attention_backward", "attention_tuned", "memory", "link")


class Stability(StrEnum):
    """Whether every trial leaves the verdict as it was."""

    ROBUST = "robust"
    FRAGILE = "fragile"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One assumption changed, in words, and what binds then."""

    assumption: str
    words: str
    bottleneck: Bottleneck
    survives: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """A verdict (component and resource by time, component by FLOPs) and every trial of it."""

    verdict: Bottleneck
    trials: tuple[Trial, ...]

    @property
    def flipped_by(self) -> tuple[Trial, ...]:
        """The trials that change the verdict."""
        return tuple(trial for trial in self.trials if not trial.survives)

    @property
    def stability(self) -> Stability:
        """Robust when no trial changes the verdict."""
        return Stability.FRAGILE if self.flipped_by else Stability.ROBUST


def sensitivity(scenario: Scenario) -> Sensitivity:
    """Try the verdict under each efficiency a fifth lower and a quarter higher, and under each other assumption."""
    verdict = analyze(scenario).bottleneck
    trials = []
    for assumption, words, changed in _changes(scenario):
        found = analyze(changed).bottleneck
        trials.append(Trial(assumption=assumption, words=words, bottleneck=found, survives=found == verdict))
    return Sensitivity(verdict=verdict, trials=tuple(trials))


def _changes(scenario: Scenario) -> Iterator[tuple[str, str, Scenario]]:
    yield from _efficiencies(scenario)
    yield "efficiency.ideal", "ideal efficiencies", replace(scenario, efficiency=IDEAL)
    for convention in enumerate_conventions(scenario.conventions)[1:]:
        name = f"conventions.{convention.attention}.{convention.head}"
        yield name, convention.label, replace(scenario, conventions=convention)
    for share in (0.0, 1.0):
        if share != scenario.overlap:
            yield f"overlap.{share:g}", f"{share:.0%} of the communication hidden", replace(scenario, overlap=share)
    for kernels in Attention:
        if kernels is not scenario.attention:
            yield f"attention.{kernels}", f"{kernels} attention", replace(scenario, attention=kernels)


def _efficiencies(scenario: Scenario) -> Iterator[tuple[str, str, Scenario]]:
    given = scenario.efficiency
    for name in (field.name for field in fields(Efficiency) if field.name != "name"):
        own = getattr(given, name)
        for factor in FACTORS:
            value = min(own * factor, 1.0) if name in _FRACTIONS else own * factor
            if value != own:
                changed = replace(given, name="given", **{name: value})
                yield (
                    f"efficiency.{name}.{factor:g}",
                    f"{name} at {value:g} for {own:g}",
                    replace(scenario, efficiency=changed),
                )
