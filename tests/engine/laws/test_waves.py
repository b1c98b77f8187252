import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.laws.waves import n_tiles, n_waves, quantisation_efficiency, tile_efficiency, wave_efficiency

H100_SMS = 132
SQUARE = {"tile_m": 128, "tile_n": 128}
WIDE = 132 * 128  # 132 columns of tiles
sizes = st.integers(1, 100_000)
sides = st.sampled_from([64, 128, 256])


@pytest.mark.parametrize(
    ("m", "tiles", "waves"),
    [
        pytest.param(128, 132, 1, id="I3, batch 128"),
        pytest.param(129, 264, 2, id="I3, batch 129"),
        pytest.param(132 * 128, 132 * 132, 132, id="I3 flip, a large M"),
        pytest.param(132 * 128 + 1, 133 * 132, 133, id="I3 flip, one row more"),
        pytest.param(1, 132, 1, id="one row"),
    ],
)
def test_one_row_more_may_be_one_wave_more(m, tiles, waves):
    assert n_tiles(m=m, n=WIDE, **SQUARE) == tiles
    assert n_waves(tiles=tiles, n_sms=H100_SMS) == waves


def test_full_tiles_in_full_waves_waste_nothing():
    assert quantisation_efficiency(m=128, n=WIDE, **SQUARE, n_sms=H100_SMS) == 1


def test_batch_129_uses_half_of_two_waves():
    assert tile_efficiency(m=129, n=WIDE, **SQUARE) == pytest.approx(129 / 256)
    assert wave_efficiency(tiles=264, n_sms=H100_SMS) == 1
    assert quantisation_efficiency(m=129, n=WIDE, **SQUARE, n_sms=H100_SMS) == pytest.approx(129 / 256)


def test_one_tile_past_a_full_wave_leaves_the_second_wave_almost_empty():
    assert wave_efficiency(tiles=133, n_sms=H100_SMS) == pytest.approx(133 / 264)


@given(m=sizes, n=sizes, tile_m=sides, tile_n=sides, n_sms=st.integers(1, 200))
def test_quantisation_wastes_and_never_gains(m, n, tile_m, tile_n, n_sms):
    shape = {"m": m, "n": n, "tile_m": tile_m, "tile_n": tile_n}
    assert 0 < quantisation_efficiency(**shape, n_sms=n_sms) <= 1
    assert n_tiles(**shape) * tile_m * tile_n >= m * n
    assert n_tiles(m=m, n=n, tile_m=tile_n, tile_n=tile_m) == n_tiles(m=n, n=m, tile_m=tile_m, tile_n=tile_n)


@given(tiles=st.integers(1, 10**6), n_sms=st.integers(1, 200))
def test_waves_hold_all_tiles_and_not_one_wave_is_empty(tiles, n_sms):
    waves = n_waves(tiles=tiles, n_sms=n_sms)
    assert (waves - 1) * n_sms < tiles <= waves * n_sms


def test_the_waste_fades_with_the_number_of_waves():
    assert wave_efficiency(tiles=100 * H100_SMS + 1, n_sms=H100_SMS) > 0.99


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda: n_tiles(m=0, n=1, **SQUARE), "m", id="no rows"),
        pytest.param(lambda: n_tiles(m=1, n=1, tile_m=0, tile_n=1), "tile_m", id="no tile"),
        pytest.param(lambda: n_waves(tiles=1, n_sms=0), "n_sms", id="no SMs"),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    batches = np.arange(1, 400)
    grid = quantisation_efficiency(m=batches, n=WIDE, **SQUARE, n_sms=H100_SMS)
    assert list(grid) == [quantisation_efficiency(m=m, n=WIDE, **SQUARE, n_sms=H100_SMS) for m in batches.tolist()]
