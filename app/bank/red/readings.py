"""What is given, misread: slips in the numbers that go into a formula, where the formula itself is right."""

from collections.abc import Callable

from app.bank.red.mutation import Mutation, mutation, swap
from app.engine.given import given
from app.engine.scenario import Scenario

_GIVEN = given


def _misread(read: Callable[[Scenario, str], float | None]) -> Callable[[Scenario, str], float]:
    """The wrong reading where there is one, else the right one."""

    def reading(scenario: Scenario, name: str) -> float:
        wrong = read(scenario, name)
        return _GIVEN(scenario, name) if wrong is None else wrong

    return reading


def _row(mutation_id: str, words: str, **wrong: Callable[[Scenario, float], float]) -> Mutation:
    def read(scenario: Scenario, name: str) -> float | None:
        return wrong[name](scenario, _GIVEN(scenario, name)) if name in wrong else None

    return mutation(mutation_id, words, swap(given, _misread(read)))


READINGS: tuple[Mutation, ...] = (
    _row(
        "given-bits-for-bytes",
        "bandwidths read as bits",
        hbm_bandwidth=lambda _, value: value / 8,
        link_bandwidth=lambda _, value: value / 8,
        network_bandwidth=lambda _, value: value / 8,
    ),
    _row("given-duplex", "both directions of a link counted", link_bandwidth=lambda _, value: 2 * value),
    _row("given-one-head", "the scores of one head taken for all", n_heads=lambda _, __: 1.0),
    _row("given-query-heads", "every query head with keys of its own", n_kv_heads=lambda s, _: s.model.n_heads),
    _row("given-wide-heads", "the width of the model for that of a head", d_head=lambda s, _: s.model.d_model),
    _row("given-one-sequence", "the batch left out", n_sequences=lambda _, __: 1.0, n_tokens=lambda _, __: 1.0),
    _row("given-one-layer", "one layer taken for all", n_layers=lambda _, __: 1.0),
    _row("given-one-device", "one device taken for all", n_devices=lambda _, __: 1.0),
    _row("given-wider", "the MLP's width for the model's", d_model=lambda s, _: s.model.d_ff),
    _row("given-short", "half of the sequence left out", length=lambda _, value: value / 2),
    _row("given-forty", "the smaller memory of the same chip", hbm_bytes=lambda _, value: value / 2),
)
