"""What the engine says, by path ("main.share.flops.mlp"), in every convention, under a candidate's condition."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.engine.analysis import Analysis, analyze
from app.engine.expressions import expression_fact, is_expression
from app.engine.facts import Fact, UnknownFact, variants
from app.engine.flips import value_of
from app.engine.law_facts import is_law, law_fact
from app.engine.mapping import scenario_from_mapping, scenario_to_mapping
from app.engine.scenario import Scenario, variables
from app.engine.workload import LENGTH_NAMES, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The analyses of a question by scenario name; facts come with their other ways of counting."""

    analyses: Mapping[str, Analysis]
    keys: Mapping[str, str]  # the canonical form of each scenario, by which facts are remembered

    @classmethod
    def of(cls, analyses: Mapping[str, Analysis]) -> "Engine":
        return cls(analyses=analyses, keys={name: _canonical(analysis.scenario) for name, analysis in analyses.items()})

    @property
    def main(self) -> str:
        """The scenario a claim is about when neither text nor rubric names one."""
        return "main" if "main" in self.analyses else next(iter(self.analyses), "")

    def expected(self, path: str, *, every_convention: bool = False) -> tuple[Fact, ...]:
        """The fact and its default family (all conventions on request); none when the scenario has no such fact."""
        if is_expression(path):
            return (expression_fact(path, self._first),)
        if is_law(path):
            return (law_fact(path),)
        scenario, _, name = path.partition(".")
        if scenario not in self.analyses:
            raise UnknownFact(f"{path}: no scenario {scenario!r}; there are {', '.join(self.analyses)}")
        known = _variants(self.keys[scenario], name)
        return tuple(item for item in known if item.default_family or every_convention)

    def _first(self, path: str) -> Fact:
        found = self.expected(path)
        if not found:
            raise UnknownFact(f"{path}: the scenario has no such fact")
        return found[0]

    def known(self, path: str, *, every_convention: bool = False) -> tuple[Fact, ...]:
        """As `expected`, but empty where the engine has no such fact: a variant may lack what the question has."""
        try:
            return self.expected(path, every_convention=every_convention)
        except ValueError:
            return ()

    def numbers(self, scenario: str = "") -> dict[str, float]:
        """What the letters of a formula mean in this scenario."""
        if not self.analyses:
            return {}
        own = self.analyses[scenario or self.main].scenario
        model = own.model
        values: dict[str, float] = {
            "d_model": model.d_model,
            "n_layers": model.n_layers,
            "vocab_size": model.vocab_size,
        }
        values["d_ff"] = model.d_ff
        values["seq_len"] = value_of(own, LENGTH_NAMES[own.phase])
        values["batch"] = own.forward.n_sequences
        return values

    def parameter(self, name: str, scenario: str = "") -> str:
        """A candidate's variable as the scenario calls it: sequence length is context_len in decode."""
        own = self.analyses[scenario or self.main].scenario
        if name in ("seq_len", "context_len", "prompt_len", ""):
            return LENGTH_NAMES[own.phase]
        if name == "batch" and own.phase is Phase.TRAINING:
            return "micro_batch"
        return name

    def varied(self, name: str, value: float, scenario: str = "") -> "Engine | None":
        """The engine under a candidate's condition; None when the scenario has no such number or value."""
        own = scenario or self.main
        if not own:
            return None
        parameter = self.parameter(name, own)
        base = self.analyses[own].scenario
        if parameter not in variables(base):
            return None
        try:
            changed = _varied(self.keys[own], parameter, float(value))
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        return Engine(analyses={**self.analyses, own: changed}, keys={**self.keys, own: _canonical(changed.scenario)})

    def own_value(self, name: str, scenario: str = "") -> float | None:
        if not self.analyses:
            return None
        try:
            return float(value_of(self.analyses[scenario or self.main].scenario, self.parameter(name, scenario)))
        except (ValueError, TypeError):
            return None


def _canonical(scenario: Scenario) -> str:
    return json.dumps(scenario_to_mapping(scenario), sort_keys=True, default=str)


@lru_cache(maxsize=4096)
def _variants(canonical: str, name: str) -> tuple[Fact, ...]:
    return variants(_analysis(canonical), name)


@lru_cache(maxsize=256)
def _analysis(canonical: str) -> Analysis:
    return analyze(scenario_from_mapping(json.loads(canonical)))


@lru_cache(maxsize=256)
def _varied(canonical: str, name: str, value: float) -> Analysis:
    whole = int(value) if value.is_integer() else value
    return analyze(scenario_from_mapping(json.loads(canonical)).vary(name, whole))
