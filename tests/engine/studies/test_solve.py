from itertools import product

import pytest

from app.engine.mapping import scenario_from_mapping
from app.engine.memory import memory
from app.engine.step import step
from app.engine.studies.solve import (
    Solution,
    Unsolved,
    cheapest_layout,
    fewest_devices,
    largest_batch,
    largest_batch_within,
    longest_context,
)

# Fixed rates, so that a new calibration moves no answer.
RATES = {"gemm": 0.7, "attention_forward": 0.5, "attention_backward": 0.4, "memory": 0.85, "link": 0.8}
RATES |= {"gap_s": 3e-6, "graph_gap_s": 3e-6, "launch_s": 4e-6, "round_s": 1e-5, "graph_round_s": 1e-5}
SERVING = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "decode", "context_len": 8192, "batch": 64}
TRAINING = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "training", "seq_len": 2048}
TRAINING |= {"recompute": "full", "n_micro_batches": 8}


def serving(**changes):
    return scenario_from_mapping({**SERVING, "n_devices": 8, "efficiency": RATES, **changes})


def training(**changes):
    return scenario_from_mapping({**TRAINING, "efficiency": RATES, **changes})


def fits(scenario):
    return memory(scenario).shortfall <= 0


# Fewest devices


def test_seventy_billion_parameters_at_sixteen_bytes_train_on_fifteen_devices_at_least():
    found = fewest_devices(training(plan={"zero": 3}))
    states = 16 * 70.55e9
    assert states / 15 < 80e9 < states / 14
    assert (found.value, found.unit) == (15, "device")
    assert found.scenario.n_devices == 15
    assert fits(found.scenario)


def test_without_sharding_layers_and_heads_must_divide():
    found = fewest_devices(training())
    assert found.value == 16  # no plan of 15 divides 64 heads inside a node and 80 layers
    assert found.scenario.plan.dp == 1
    smaller = [
        training(plan={"tp": tp, "pp": pp})
        for tp, pp in product((1, 2, 4, 8), (1, 2, 4, 5, 8, 10))
        if tp * pp < found.value
    ]
    assert smaller
    assert not any(fits(one) for one in smaller)


def test_activations_that_are_kept_need_more_devices():
    assert fewest_devices(training(recompute="none")).value > fewest_devices(training()).value


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"context_len": 2048, "batch": 1}, 2, id="BF16 weights: two"),
        pytest.param({"context_len": 2048, "batch": 1, "weight_dtype": "int4"}, 1, id="INT4 weights: one"),
        pytest.param({}, 4, id="64 sequences of 8k: four"),
    ],
)
def test_a_server_takes_as_few_as_hold_weights_and_cache(changes, expected):
    found = fewest_devices(serving(**changes))
    assert found.value == expected
    assert fits(found.scenario)


def test_nothing_fits_on_too_few_devices_and_the_reason_says_what_one_would_hold():
    found = fewest_devices(serving(), most_devices=2)
    assert isinstance(found, Unsolved)
    assert found.reason.startswith("No layout on at most 2 devices fits: the best would hold")
    assert found.reason.endswith("of 8e+10 B.")


# Largest batch, longest context


def test_eleven_requests_of_128k_fit_on_eight_devices():
    found = largest_batch(serving(context_len=131072, batch=1))
    assert found.value == 11
    assert fits(found.scenario)
    assert not fits(found.scenario.vary("batch", 12))
    assert found.limit.startswith("memory: the fullest device would hold")


def test_the_batch_of_training_is_a_micro_batch():
    found = largest_batch(training(plan={"tp": 8, "pp": 4}))
    assert found.scenario.workload.micro_batch == found.value
    assert fits(found.scenario)
    assert not fits(found.scenario.vary("micro_batch", found.value + 1))


@pytest.mark.parametrize("latency_s", [0.02, 0.03, 0.05])
def test_under_a_latency_the_batch_is_the_last_that_meets_it(latency_s):
    found = largest_batch_within(serving(context_len=1024), latency_s=latency_s)
    assert found.time_s == step(found.scenario).estimate_s <= latency_s
    following = found.scenario.vary("batch", found.value + 1)
    assert step(following).estimate_s > latency_s
    assert found.limit.startswith("latency: a step takes")


def test_a_loose_latency_leaves_memory_as_the_limit():
    assert largest_batch_within(serving(), latency_s=60.0).value == largest_batch(serving()).value


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        pytest.param(
            largest_batch_within(serving(), latency_s=1e-3), "batch 1 is too much already (latency", id="fast"
        ),
        pytest.param(largest_batch(serving(n_devices=1)), "batch 1 is too much already (memory", id="weights alone"),
        pytest.param(longest_context(serving(n_devices=1)), "context_len 1 is too much", id="no room for a context"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(found, reason):
    assert isinstance(found, Unsolved)
    assert found.reason.startswith(reason)
    assert found.reason.endswith(".")


def test_the_longest_context_is_where_memory_ends():
    found = longest_context(serving(batch=40))
    assert fits(found.scenario)
    assert not fits(found.scenario.vary("context_len", found.value + 1))


def test_or_where_training_ended():
    found = longest_context(serving(batch=1))
    assert found.value == 131072
    assert found.limit == "context_len: 131072 is the most that Llama-3.1-70B was trained for"


# Cheapest layout


def test_a_loose_target_takes_the_fewest_devices_and_a_tight_one_more():
    loose = cheapest_layout(serving(), latency_s=1.0, price_per_device_hour=2.5)
    tight = cheapest_layout(serving(), latency_s=0.025, price_per_device_hour=2.5)
    assert loose.value < tight.value
    assert (loose.scenario.n_devices, tight.scenario.n_devices) == (4, 8)
    assert tight.time_s <= 0.025 < loose.time_s


def test_the_price_is_that_of_the_devices_over_the_tokens():
    found = cheapest_layout(serving(), latency_s=1.0, price_per_device_hour=3.6)
    assert found.unit == "$/token"
    assert found.value == pytest.approx(3.6 / 3600 * found.scenario.n_devices * found.time_s / 64)


def test_no_layout_that_fits_and_meets_the_target_is_cheaper():
    found = cheapest_layout(serving(), latency_s=0.05, price_per_device_hour=2.5, most_devices=16)
    for tp, pp in product((1, 2, 4, 8), (1, 2, 4, 5, 8, 10, 16)):
        other = serving(n_devices=tp * pp, plan={"tp": tp, "pp": pp})
        if tp * pp <= 16 and fits(other) and step(other).estimate_s <= 0.05:
            assert 2.5 / 3600 * tp * pp * step(other).estimate_s / 64 >= found.value * (1 - 1e-9)


def test_training_keeps_its_global_batch():
    own = training(n_micro_batches=16, plan={"zero": 1, "dp": 4})
    found = cheapest_layout(own, latency_s=1e3, price_per_device_hour=2.5, most_devices=128)
    assert found.scenario.plan.dp * found.scenario.workload.n_micro_batches == 64


@pytest.mark.parametrize(
    ("changes", "latency_s", "most", "reason"),
    [
        pytest.param({}, 1e-3, 64, "The fastest layout that fits", id="too fast"),
        pytest.param({}, 1.0, 1, "No layout on at most 1 devices fits in memory.", id="too few"),
        pytest.param({"batch": 400, "hardware": "mi300x"}, 1.0, 64, "", id="an unknown network is left out"),
    ],
)
def test_a_layout_that_does_not_exist_is_refused_with_a_sentence(changes, latency_s, most, reason):
    found = cheapest_layout(serving(**changes), latency_s=latency_s, price_per_device_hour=2.5, most_devices=most)
    if not reason:
        assert isinstance(found, Solution)
        assert found.scenario.n_devices <= 8
        return
    assert isinstance(found, Unsolved)
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        pytest.param(lambda: largest_batch_within(serving(), latency_s=0), "latency_s", id="no time"),
        pytest.param(lambda: fewest_devices(serving(), most_devices=0), "most_devices", id="no devices"),
        pytest.param(
            lambda: cheapest_layout(serving(), latency_s=1, price_per_device_hour=-1),
            "price_per_device_hour",
            id="paid",
        ),
    ],
)
def test_an_impossible_argument_is_named(ask, named):
    with pytest.raises(ValueError, match=named):
        ask()
