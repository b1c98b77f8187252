import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.groups import Group
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.engine.step import step
from app.engine.studies.compare import CauseKind, compare

DECODE = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "decode", "context_len": 2048, "batch": 4}


def scenario(**changes):
    return scenario_from_mapping({**DECODE, **changes})


def part(found, name):
    (one,) = (difference for difference in found.differences if difference.name == name)
    return one


def kinds(difference):
    return [cause.kind for cause in difference.causes]


@settings(max_examples=60, deadline=None)
@given(before=st.from_type(Scenario), after=st.from_type(Scenario))
def test_the_differences_sum_to_that_of_the_steps(before, after):
    found = compare(before, after)
    longest = max(found.before_s, found.after_s)
    assert found.difference_s == pytest.approx(step(after).estimate_s - step(before).estimate_s, abs=1e-12 * longest)
    assert sum(part.before_s for part in found.differences) == pytest.approx(found.before_s)
    assert sum(part.after_s for part in found.differences) == pytest.approx(found.after_s)


@settings(max_examples=60, deadline=None)
@given(before=st.from_type(Scenario), after=st.from_type(Scenario))
def test_the_largest_difference_comes_first_and_each_has_a_reason(before, after):
    found = compare(before, after)
    sizes = [abs(part.difference_s) for part in found.differences]
    assert sizes == sorted(sizes, reverse=True)
    assert all(part.causes and all(cause.words for cause in part.causes) for part in found.differences)


def test_one_way_is_the_other_way_backwards():
    one, other = scenario(), scenario(n_devices=8, batch=64)
    there, back = compare(one, other), compare(other, one)
    assert there.difference_s == pytest.approx(-back.difference_s)
    assert there.speedup == pytest.approx(1 / back.speedup)


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        pytest.param({}, "mlp_up", [CauseKind.NONE], id="nothing changed"),
        pytest.param({"hardware": "h200-sxm"}, "mlp_up", [CauseKind.BANDWIDTH], id="bandwidth"),
        pytest.param({"weight_dtype": "int8"}, "mlp_up", [CauseKind.BYTES], id="bytes"),
        pytest.param({"kv_dtype": "fp8"}, "attention_core", [CauseKind.BYTES], id="bytes of the cache"),
        pytest.param({"n_devices": 8}, "tp_all_reduce", [CauseKind.APPEARED], id="communication appeared"),
        pytest.param({"launch": "graph"}, "mlp_up", [CauseKind.WAITING], id="shorter gaps"),
        pytest.param({"fusion": ["mlp"]}, "activation", [CauseKind.VANISHED], id="fused away"),
    ],
)
def test_a_reason_names_what_changed(changes, name, expected):
    plain = {"launch": "eager", "efficiency": {"gap_s": 3e-6, "graph_gap_s": 1e-6, "launch_s": 0}}
    assert kinds(part(compare(scenario(**plain), scenario(**{**plain, **changes})), name)) == expected


def test_a_bound_that_moves_is_said_in_words():
    found = part(compare(scenario(efficiency="ideal"), scenario(efficiency="ideal", batch=1024)), "mlp_up")
    first = found.causes[0]
    assert first.kind is CauseKind.BOUND
    assert first.words == "bound by memory bandwidth in the first, by compute in the second"
    flops = {cause.kind: cause.factor for cause in found.causes}[CauseKind.FLOPS]
    assert flops == pytest.approx(256)


def test_activations_that_a_cache_no_longer_holds_appear_as_bytes():
    found = part(compare(scenario(batch=1), scenario(batch=8192)), "residuals")
    assert CauseKind.BYTES in kinds(found)
    (cause,) = (cause for cause in found.causes if cause.kind is CauseKind.BYTES)
    assert cause.factor is None or cause.factor > 1


def test_a_faster_chip_gives_its_rates_as_factors():
    busy = {"efficiency": "ideal", "batch": 2048}
    found = part(compare(scenario(hardware="a100-80gb-sxm", **busy), scenario(**busy)), "mlp_up")
    (cause,) = found.causes
    assert (cause.kind, cause.factor) == (CauseKind.COMPUTE_RATE, pytest.approx(989 / 312))


def test_communication_that_takes_longer_says_how_much():
    found = part(compare(scenario(plan={"tp": 8}), scenario(plan={"tp": 16})), "tp_all_reduce")
    assert found.group is Group.COMMUNICATION
    assert CauseKind.COMMUNICATION in kinds(found)


def test_more_tokens_in_the_same_time_are_a_speedup():
    ideal = {"efficiency": "ideal", "context_len": 0}
    assert compare(scenario(batch=1, **ideal), scenario(batch=8, **ideal)).speedup == pytest.approx(8, rel=0.05)
