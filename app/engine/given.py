"""What a scenario gives, by name: shape, chip, counts. Expressions in keys and rubrics are built from these."""

from collections.abc import Callable
from dataclasses import dataclass

from app.engine.flips import value_of
from app.engine.scenario import Scenario
from app.engine.workload import LENGTH_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A number that the scenario states, and its unit."""

    value: Callable[[Scenario], float]
    unit: str = "1"


def _model(name: str) -> Given:
    return Given(value=lambda scenario: float(getattr(scenario.model, name)))


def _experts(name: str) -> Given:
    return Given(value=lambda scenario: float(getattr(scenario.model.experts, name, 0)))


GIVEN: dict[str, Given] = {
    **{name: _model(name) for name in ("n_layers", "d_model", "n_heads", "n_kv_heads", "d_head", "d_ff", "vocab_size")},
    "n_experts": _experts("n_experts"),
    "n_active_experts": _experts("n_active_experts"),
    "hbm_bytes": Given(value=lambda scenario: scenario.hardware.hbm_bytes, unit="B"),
    "hbm_bandwidth": Given(value=lambda scenario: scenario.hardware.hbm_bandwidth, unit="B/s"),
    "link_bandwidth": Given(value=lambda scenario: scenario.hardware.link_bandwidth, unit="B/s"),
    "network_bandwidth": Given(value=lambda scenario: scenario.hardware.network_bandwidth or 0.0, unit="B/s"),
    "peak_flops": Given(value=lambda scenario: scenario.hardware.peak(scenario.formats.math), unit="FLOP/s"),
    "n_devices": Given(value=lambda scenario: float(scenario.plan.n_devices), unit="device"),
    "length": Given(value=lambda scenario: float(value_of(scenario, LENGTH_NAMES[scenario.phase])), unit="token"),
    "n_sequences": Given(value=lambda scenario: float(scenario.forward.n_sequences), unit="sequence"),
    "n_tokens": Given(value=lambda scenario: float(scenario.forward.n_tokens), unit="token"),
}


def given(scenario: Scenario, name: str) -> float:
    """The number of that name; KeyError when nothing of that name is given."""
    return GIVEN[name].value(scenario)
