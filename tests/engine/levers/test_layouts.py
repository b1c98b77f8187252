import pytest

from app.engine.analysis import analyze
from app.engine.groups import Group, Resource
from app.engine.levers import NotApplicable, lever, weigh
from app.engine.levers.layouts import overlap
from app.engine.mapping import scenario_from_mapping

LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}


def scenario(phase="decode", model="llama3.1-70b", **changes):
    written = {"model": model, "hardware": "h100-sxm", "phase": phase}
    return scenario_from_mapping({**written, **({LENGTH[phase]: 8192} | changes)})


@pytest.mark.parametrize(
    ("lever_id", "situation", "read", "expected"),
    [
        pytest.param(
            "tp_double", scenario(n_devices=4), lambda s: (s.plan.tp, s.n_devices), (8, 8), id="twice the devices"
        ),
        pytest.param(
            "tp_halve", scenario(n_devices=8), lambda s: (s.plan.tp, s.plan.dp), (4, 2), id="two replicas of half"
        ),
        pytest.param(
            "tp_inside_node", scenario(plan={"tp": 32}), lambda s: (s.plan.tp, s.plan.dp), (8, 4), id="four nodes"
        ),
        pytest.param("ring_attention", scenario(), lambda s: (s.plan.cp, s.n_devices), (2, 2), id="ring"),
        pytest.param("overlap", scenario(n_devices=8), lambda s: s.overlap, 0.9, id="overlap"),
        pytest.param(
            "sequence_parallel", scenario(n_devices=8), lambda s: s.plan.sequence_parallel, True, id="sequence parallel"
        ),
    ],
)
def test_a_lever_changes_what_it_is_named_after(lever_id, situation, read, expected):
    assert read(lever(lever_id).apply(situation)) == expected


@pytest.mark.parametrize(
    ("lever_id", "situation", "reason"),
    [
        pytest.param("tp_halve", scenario(), "degree 1 has no half", id="no half of one"),
        pytest.param("tp_inside_node", scenario(n_devices=8), "inside a node already", id="inside already"),
        pytest.param(
            "tp_inside_node",
            scenario(model="gpt3-6.7b", hardware="trainium2", plan={"tp": 16}),
            "already",
            id="larger node",
        ),
        pytest.param("sequence_parallel", scenario(), "Without tensor parallelism", id="one device"),
        pytest.param("sequence_parallel", scenario(n_devices=8, sequence_parallel=True), "already", id="cut already"),
        pytest.param("overlap", scenario(), "nobody to talk to", id="nothing to overlap"),
        pytest.param(
            "overlap", scenario(n_devices=8, overlap=1.0), "100% of the communication is hidden", id="overlapped"
        ),
        pytest.param("load_balance", scenario(), "no experts", id="dense"),
        pytest.param(
            "load_balance", scenario(model="mixtral-8x7b"), "slice of every expert", id="no expert parallelism"
        ),
    ],
)
def test_a_lever_that_does_not_apply_says_why(lever_id, situation, reason):
    refused = lever(lever_id).apply(situation)
    assert isinstance(refused, NotApplicable)
    assert reason in refused.reason


def test_nodes_that_do_not_divide_the_degree_are_a_reason():
    refused = lever("tp_inside_node").apply(scenario(model="gpt3-13b", plan={"tp": 20}))
    assert refused.reason == "Nodes of 8 do not divide a tensor parallel degree of 20."


def test_what_a_shape_makes_impossible_is_a_reason_and_no_error():
    weighed = weigh(analyze(scenario(plan={"tp": 64})), [lever("tp_double")])
    assert weighed.results == ()
    assert "128 does not divide n_heads 64" in weighed.refused[0].reason


def test_a_network_that_nobody_states_is_a_reason_and_no_error():
    weighed = weigh(analyze(scenario(hardware="mi300x", n_devices=8)), [lever("ring_attention")])
    assert "network_bandwidth" in weighed.refused[0].reason


def test_overlap_is_an_argument():
    assert overlap(share=0.5).apply(scenario(n_devices=8)).overlap == 0.5


def test_more_replicas_shorten_only_the_arithmetic_that_every_device_repeats():
    narrower = lever("tp_halve")
    assert narrower.touches(Group.ROUTER, Resource.COMPUTE)
    assert narrower.touches(Group.MLP, Resource.MEMORY)
    assert not narrower.touches(Group.MLP, Resource.COMPUTE)
