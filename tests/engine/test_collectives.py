import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import HARDWARE, accelerator
from app.engine.collectives import all_gather, all_reduce, all_to_all, flat_ring_s, links_of, ring, send

ACTIVATIONS_OF_8K_TOKENS = 8192 * 8192 * 2  # 134 MB
SIZES = st.integers(2, 64).map(lambda n: 8 * n)
INSIDE = st.integers(2, 8)
PAYLOADS = st.floats(1, 1e12)


def group(n, *, slug="h100-sxm", stride=1, efficiency=1.0, round_s=0.0):
    chip = accelerator(slug)
    return ring(chip, links_of(chip, efficiency=efficiency, round_s=round_s), n=n, stride=stride)


def took_s(collective, *given):
    return collective(*given).total_s


def test_an_all_reduce_of_134_mb_over_eight_gpus_takes_0_522_ms_on_nvlink():
    assert took_s(all_reduce, group(8), ACTIVATIONS_OF_8K_TOKENS) == pytest.approx(0.522e-3, rel=1e-3)


def test_a_flat_ring_over_two_nodes_waits_for_a_single_nic():
    took = flat_ring_s(n=16, payload=ACTIVATIONS_OF_8K_TOKENS, bandwidth=50e9)
    assert took == pytest.approx(5.03e-3, rel=1e-3)


def test_eight_nics_share_the_slices_of_two_nodes():
    assert took_s(all_reduce, group(16), ACTIVATIONS_OF_8K_TOKENS) == pytest.approx(0.86e-3, rel=5e-3)


def test_a_duplex_headline_would_be_twice_too_fast():
    assert 2 * HARDWARE["h100-sxm"].link_bandwidth == 900e9
    payload = 1e9
    assert took_s(all_gather, group(2), payload) == pytest.approx(payload / 2 / 450e9)


@given(n=INSIDE | SIZES, payload=PAYLOADS)
def test_an_all_reduce_is_a_reduce_scatter_and_an_all_gather(n, payload):
    assert took_s(all_reduce, group(n), payload) == pytest.approx(2 * took_s(all_gather, group(n), payload))


@given(n=INSIDE, payload=PAYLOADS)
def test_a_ring_sends_2_n_less_one_over_n_of_the_payload(n, payload):
    assert took_s(all_reduce, group(n), payload) == pytest.approx(2 * (n - 1) / n * payload / 450e9)


@given(n=INSIDE, payload=PAYLOADS)
def test_an_all_to_all_keeps_what_stays_at_home(n, payload):
    assert took_s(all_to_all, group(n), payload) == pytest.approx((n - 1) / n * payload / 450e9)


@given(n=SIZES, payload=PAYLOADS)
def test_leaving_the_node_never_takes_less_time(n, payload):
    for collective in (all_reduce, all_gather, send):
        assert took_s(collective, group(n), payload) >= took_s(collective, group(8), payload)


@given(n=SIZES, payload=PAYLOADS)
def test_neighbours_that_stand_a_node_apart_have_only_the_network(n, payload):
    far = group(n, stride=8)
    assert took_s(all_reduce, far, payload) == pytest.approx(2 * (n - 1) / n * payload / 50e9)
    assert took_s(send, far, payload) == pytest.approx(payload / 50e9)


@pytest.mark.parametrize("collective", [all_reduce, all_gather, all_to_all, send], ids=lambda one: one.__name__)
def test_one_device_alone_waits_for_nobody(collective):
    assert took_s(collective, group(1, round_s=1e-5), 1e9) == 0


@pytest.mark.parametrize(("n", "rounds"), [(8, 3), (16, 3 + 1)], ids=["inside a node", "eight inside, two across"])
def test_a_collective_waits_one_round_for_each_doubling_of_the_group(n, rounds):
    exchange = all_reduce(group(n, round_s=8e-6), 1e6)
    assert exchange.fixed_s == pytest.approx(rounds * 8e-6)
    assert exchange.links_s == pytest.approx(took_s(all_reduce, group(n), 1e6))


@given(payload=PAYLOADS, round_s=st.floats(0, 1e-3))
def test_a_ring_that_fills_costs_the_geometric_mean_of_rounds_and_bytes(payload, round_s):
    exchange = all_reduce(group(8, round_s=round_s), payload)
    mean = (exchange.fixed_s * exchange.links_s) ** 0.5
    assert exchange.total_s == pytest.approx(exchange.fixed_s + exchange.links_s + mean)
    assert mean <= max(exchange.fixed_s, exchange.links_s) * (1 + 1e-9)


def test_a_message_to_one_neighbour_has_no_ring_to_fill():
    exchange = send(group(8, round_s=8e-6), 1e6)
    assert exchange.total_s == pytest.approx(8e-6 + 1e6 / 450e9)


def test_an_efficiency_derates_every_link():
    for n in (8, 16):
        assert took_s(all_reduce, group(n, efficiency=0.5), 1e9) == pytest.approx(2 * took_s(all_reduce, group(n), 1e9))


@pytest.mark.parametrize("n", [16, np.array([8.0, 16.0])], ids=["a number", "a grid"])
def test_a_ring_that_leaves_the_node_needs_a_known_network(n):
    with pytest.raises(ValueError, match=r"^network_bandwidth: not known for NVIDIA L4"):
        group(n, slug="l4")


@pytest.mark.parametrize("collective", [all_reduce, all_gather, all_to_all, send], ids=lambda one: one.__name__)
def test_a_grid_of_sizes_equals_its_scalars(collective):
    sizes = np.array([1, 2, 8, 16, 64])
    grid = took_s(collective, group(sizes, round_s=1e-6), 1e8)
    assert list(grid) == pytest.approx([took_s(collective, group(n, round_s=1e-6), 1e8) for n in sizes.tolist()])
