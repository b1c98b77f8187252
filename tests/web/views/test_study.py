"""app.web.views.study and what it is made of: what would help, what binds where, the roofline, the worked lines."""

import pytest

from app.engine.analysis import analyze
from app.engine.levers.catalogue import LEVERS
from app.engine.mapping import scenario_from_mapping
from app.web.views.prose import plain
from app.web.views.study import study_view

TRAINING = {"model": "gpt3-175b", "hardware": "a100-80gb-sxm", "phase": "training", "seq_len": 2048}
DECODE = {
    "model": "llama3.1-70b",
    "hardware": "h100-sxm",
    "phase": "decode",
    "context_len": 8192,
    "batch": 64,
    "n_devices": 8,
}
EXPERTS = {"model": "mixtral-8x7b", "hardware": "h100-sxm", "phase": "prefill", "prompt_len": 8192, "n_devices": 2}


def study(axes=None, **fields):
    return study_view(analyze(scenario_from_mapping(fields)), axes=axes)


@pytest.fixture(scope="module")
def decode():
    return study(**DECODE)


def test_every_lever_is_somewhere(decode):
    levers = decode.levers
    assert len(levers.first + levers.rest + levers.chips + levers.refused) == len(LEVERS)


def test_levers_on_the_chips_at_hand_come_first_and_by_what_each_device_gains(decode):
    gains = [float(row.gain.removesuffix("×")) for row in decode.levers.first + decode.levers.rest]
    assert gains == sorted(gains, reverse=True)
    assert all("hardware" in row.name or "accelerators" in row.name for row in decode.levers.chips)
    assert "speculative decoding" in plain(decode.levers.sentence)


def test_the_sentence_says_what_binds_next(decode):
    assert "After it the MLP binds, and the step waits most for compute." in plain(decode.levers.sentence)


def test_more_devices_are_never_a_gain_by_themselves():
    doubled = [row for row in study(**DECODE).levers.rest if "twice the devices" in row.name]
    assert doubled and all("on 16 devices instead of 8" in row.caution for row in doubled)
    assert all(float(row.gain.removesuffix("×")) < 1 for row in doubled)


def test_the_map_says_where_this_situation_turns(decode):
    assert decode.map.sentence == (
        "Here the attention core binds, waiting for memory bandwidth. As the context length grows at batch 64: MLP, "
        "attention core from about 5\u202f800. As the batch grows at context length 8\u202f192: MLP, attention core "
        "from about 43."
    )


def test_a_map_on_which_nothing_turns_says_so():
    assert "No micro-batch on the map changes that at sequence length 2\u202f048." in study(**TRAINING).map.sentence


def test_the_map_takes_other_axes(decode):
    other = study(axes=("batch", "n_devices"), **DECODE)
    assert other.map.plot.y_title == "devices"
    assert other.map.table.head[0] == "devices"


@pytest.mark.parametrize("fields", [{"context_len": 1}, {"context_len": 4_000_000, "batch": 5000}], ids=str)
def test_a_situation_beyond_the_usual_range_is_on_its_map(fields):
    plot = study(**{**DECODE, **fields}).map.plot
    assert 9.0 <= float(plot.here_x.removesuffix("%")) <= 98.0
    assert 22 <= plot.here_y <= 214


def test_the_roofline_says_on_which_side_of_the_ridge_everything_is(decode):
    assert "meet at 295 FLOP for each byte" in decode.roofline.sentence
    assert "Left of it, under the slope of memory bandwidth: MLP" in decode.roofline.sentence
    assert decode.roofline.table.rows[decode.roofline.table.binding][0] == "attention core"


def test_a_mixture_of_experts_has_all_of_it():
    view = study(**EXPERTS)
    assert view.map.sentence.startswith("Here the experts bind, waiting for compute.")
    assert any(row.result.startswith("experts = ") for row in view.derivation)
