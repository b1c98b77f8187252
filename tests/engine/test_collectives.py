import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import HARDWARE, accelerator
from app.engine.collectives import Link, all_gather_s, all_reduce_s, link_between, send_s

ACTIVATIONS_OF_8K_TOKENS = 8192 * 8192 * 2  # 134 MB
SIZES = st.integers(2, 4096)
PAYLOADS = st.floats(1, 1e12)


def wire(bandwidth=450e9, collective_s=0.0):
    return Link(bandwidth=bandwidth, collective_s=collective_s)


def link(slug, n):
    return link_between(accelerator(slug), n, efficiency=1.0, collective_s=0.0)


def test_an_all_reduce_of_134_mb_over_eight_gpus_takes_0_522_ms_on_nvlink():
    assert all_reduce_s(link("h100-sxm", 8), n=8, payload=ACTIVATIONS_OF_8K_TOKENS) == pytest.approx(0.522e-3, rel=1e-3)


def test_a_flat_ring_over_two_nodes_waits_for_the_network():
    assert all_reduce_s(link("h100-sxm", 16), n=16, payload=ACTIVATIONS_OF_8K_TOKENS) == pytest.approx(
        5.03e-3, rel=1e-3
    )


def test_a_duplex_headline_would_be_twice_too_fast():
    duplex = 2 * HARDWARE["h100-sxm"].link_bandwidth
    assert duplex == 900e9
    assert link("h100-sxm", 8).bandwidth == duplex / 2


@given(n=SIZES, payload=PAYLOADS)
def test_an_all_reduce_is_a_reduce_scatter_and_an_all_gather(n, payload):
    reduce = all_reduce_s(wire(), n=n, payload=payload)
    assert reduce == pytest.approx(2 * all_gather_s(wire(), n=n, payload=payload))


@given(n=SIZES, payload=PAYLOADS)
def test_a_ring_sends_less_than_two_payloads_and_more_with_every_member(n, payload):
    took = all_reduce_s(wire(), n=n, payload=payload)
    assert took < 2 * payload / 450e9
    assert took <= all_reduce_s(wire(), n=n + 1, payload=payload)


@pytest.mark.parametrize("collective", [all_reduce_s, all_gather_s], ids=["all-reduce", "all-gather"])
def test_one_device_alone_waits_for_nobody(collective):
    assert collective(wire(collective_s=1e-5), n=1, payload=1e9) == 0


def test_a_fixed_time_is_added_once():
    assert all_reduce_s(wire(collective_s=8e-6), n=8, payload=1e6) == pytest.approx(
        8e-6 + all_reduce_s(wire(), n=8, payload=1e6)
    )
    assert send_s(wire(collective_s=8e-6), payload=450e3) == pytest.approx(9e-6)


def test_an_efficiency_derates_the_link():
    derated = link_between(accelerator("h100-sxm"), 8, efficiency=0.5, collective_s=1e-6)
    assert derated == Link(bandwidth=225e9, collective_s=1e-6)


def test_a_ring_that_leaves_the_node_needs_a_known_network():
    with pytest.raises(ValueError, match=r"^network_bandwidth: not known for NVIDIA L4; 16 devices"):
        link("l4", 16)


def test_a_grid_of_sizes_that_leaves_the_node_is_refused_in_the_same_words():
    with pytest.raises(ValueError, match=r"^network_bandwidth: not known for NVIDIA L4"):
        link("l4", np.array([8.0, 16.0]))


def test_a_grid_of_sizes_equals_its_scalars():
    sizes = np.array([1, 2, 8, 16, 64])
    grid = all_reduce_s(link("h100-sxm", sizes), n=sizes, payload=1e8)
    assert list(grid) == [all_reduce_s(link("h100-sxm", n), n=n, payload=1e8) for n in sizes.tolist()]
