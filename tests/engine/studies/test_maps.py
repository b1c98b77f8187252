import time

import numpy as np
import pytest

from app.engine.analysis import analyze
from app.engine.flips import Basis, nearest_flip
from app.engine.groups import Group, Resource
from app.engine.mapping import scenario_from_mapping
from app.engine.studies.maps import borders, bottleneck_map

DECODE = {"model": "llama3.1-70b", "hardware": "h100-sxm", "phase": "decode", "context_len": 8192, "batch": 64}
TRAINING = {
    "model": "gpt3-175b",
    "hardware": "a100-80gb-sxm",
    "phase": "training",
    "seq_len": 2048,
    "n_micro_batches": 64,
}


def scenario(**written):
    return scenario_from_mapping(written)


@pytest.mark.parametrize(
    ("situation", "x", "xs", "y", "ys"),
    [
        pytest.param(
            scenario(**DECODE, n_devices=8), "batch", [1, 16, 128, 512], "context_len", [128, 4096, 131072], id="decode"
        ),
        pytest.param(
            scenario(**DECODE, n_devices=8, overlap=0.5, attention="unfused"),
            "hbm_bandwidth",
            [1e12, 5e12],
            "batch",
            [1, 700],
            id="a chip that does not exist",
        ),
        pytest.param(scenario(**TRAINING), "seq_len", [512, 49152, 500000], "dp", [1, 4, 64], id="training"),
        pytest.param(scenario(**DECODE, launch="graph"), "tp", [1, 2, 8], "batch", [1, 64], id="from one device on"),
        pytest.param(scenario(**TRAINING), "pp", [1, 4, 16], "micro_batch", [1, 2], id="pipeline"),
        pytest.param(scenario(**DECODE), "n_layers", [8, 80], "n_kv_heads", [1, 8, 64], id="another shape"),
    ],
)
def test_a_map_equals_its_scalars(situation, x, xs, y, ys):
    drawn = bottleneck_map(situation, x, xs, y, ys)
    for column, at_x in enumerate(xs):
        for row, at_y in enumerate(ys):
            alone = analyze(situation.vary(x, at_x).vary(y, at_y))
            assert drawn.group_at(column, row) is alone.bottleneck.component
            assert drawn.resource_at(column, row) is alone.bottleneck.resource
            assert drawn.time_s[row, column] == pytest.approx(alone.time_s.estimate)
            assert drawn.fits[row, column] == (alone.memory.shortfall <= 0)


def test_a_map_has_the_shape_of_its_axes_and_its_groups_sum_to_the_time():
    drawn = bottleneck_map(scenario(**DECODE), "batch", [1, 2, 4], "context_len", [128, 256])
    assert drawn.group.shape == drawn.resource.shape == drawn.time_s.shape == drawn.fits.shape == (2, 3)
    assert drawn.group_s.sum(axis=0) == pytest.approx(drawn.time_s)
    assert (drawn.xs, drawn.ys) == ((1.0, 2.0, 4.0), (128.0, 256.0))


def test_a_hundred_by_a_hundred_is_one_evaluation_of_a_fraction_of_a_second():
    situation = scenario(**DECODE, n_devices=8)
    xs, ys = np.geomspace(1, 1024, 100), np.geomspace(128, 131072, 100)
    best = min(_seconds(lambda: bottleneck_map(situation, "batch", xs, "context_len", ys)) for _ in range(3))
    assert best < 0.1


def _seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def test_what_binds_and_what_fits_changes_over_a_map_of_batch_and_context():
    situation = scenario(**DECODE, n_devices=8, efficiency="ideal")
    drawn = bottleneck_map(situation, "batch", np.geomspace(1, 1024, 20), "context_len", np.geomspace(128, 131072, 20))
    assert {drawn.groups[code] for code in np.unique(drawn.group)} == {Group.MLP, Group.ATTENTION_CORE}
    assert {drawn.resources[code] for code in np.unique(drawn.resource)} == {Resource.COMPUTE, Resource.MEMORY}
    assert drawn.fits[0, 0]
    assert not drawn.fits[-1, -1]


@pytest.mark.parametrize("batch", [16, 64, 256])
def test_a_border_lies_where_the_flip_does(batch):
    situation = scenario(**DECODE, n_devices=8, efficiency="ideal").vary("batch", batch)
    drawn = bottleneck_map(situation, "batch", [batch], "context_len", np.geomspace(128, 2**20, 200))
    (point,) = borders(drawn)
    flip = nearest_flip(situation, "context_len", Group.ATTENTION_CORE, Group.MLP, basis=Basis.TIME)
    assert (point.below, point.above) == (flip.below, flip.above)
    assert point.y == pytest.approx(flip.at, rel=1e-3)


def test_a_map_without_a_change_has_no_border():
    assert borders(bottleneck_map(scenario(**TRAINING), "seq_len", [512, 1024], "micro_batch", [1, 2])) == ()


@pytest.mark.parametrize(
    ("x", "xs", "y", "ys", "error"),
    [
        pytest.param("batch", [1], "batch", [1], "y: batch is the other axis", id="one axis twice"),
        pytest.param("batch", [], "context_len", [1], "batch: the points", id="no points"),
        pytest.param("batch", [1], "context_len", [8, 4], "context_len: the points", id="falling"),
        pytest.param("batch", [1], "colour", [1], "colour: not a number of this scenario", id="unknown"),
        pytest.param("batch", [1, 2], "n_kv_heads", [8, 24], "n_kv_heads", id="heads that do not divide"),
        pytest.param("batch", [-1, 2], "context_len", [8], "batch", id="impossible batch"),
        pytest.param("overlap", [0.5, 2], "context_len", [8], "overlap", id="impossible share"),
        pytest.param("batch", range(1, 1002), "context_len", range(1, 1002), "more than 1000000", id="too many"),
    ],
)
def test_an_axis_that_cannot_be_is_refused_in_one_line(x, xs, y, ys, error):
    with pytest.raises(ValueError, match=error) as refusal:
        bottleneck_map(scenario(**DECODE), x, xs, y, ys)
    assert "\n" not in str(refusal.value)
