"""Accounts on timelines made by hand: overlap, exposed and hidden communication, shares, and kernels that move."""

import pytest

from app.engine.groups import Group
from app.profile.accounting import accounts
from app.profile.classify import Evidence
from app.profile.groups import Unassigned

GEMM, NCCL, NORM = "ampere_bf16_s16816gemm_bf16_128x128", "ncclDevKernel_AllReduce_Sum_bf16_RING_LL", "rms_norm_kernel"
MICRO = 1e-6


@pytest.fixture
def overlapping(job):
    """A GEMM from 0 to 100, an all-reduce from 60 to 160 beside it, idle to 180, a norm to 200."""
    job.kernel(GEMM, 0, 100, stream=7, launched=-50)
    job.kernel(NCCL, 60, 100, stream=20, launched=-45)
    job.kernel(NORM, 180, 20, stream=7, launched=175)
    for event in job.events:
        event["ts"] += 1000
    return job.profile()


def test_communication_counts_where_it_is_exposed(overlapping):
    overlap = accounts(overlapping).overlap
    assert overlap.total_s == pytest.approx(100 * MICRO)
    assert overlap.hidden_s == pytest.approx(40 * MICRO)
    assert overlap.exposed_s == pytest.approx(60 * MICRO)


def test_each_moment_is_booked_once(overlapping):
    books = accounts(overlapping)
    assert overlapping.wall_s == pytest.approx(200 * MICRO)
    assert overlapping.busy_s == pytest.approx(180 * MICRO)
    assert overlapping.kernel_s == pytest.approx(220 * MICRO)
    assert books.idle_share == pytest.approx(0.1)
    assert books.time_of(Unassigned.MATMUL).share_of_wall == pytest.approx(0.5)
    assert books.time_of(Group.COMMUNICATION).share_of_wall == pytest.approx(0.3)
    assert books.time_of(Group.COMMUNICATION).share_of_busy == pytest.approx(60 / 180)
    assert books.time_of(Group.COMMUNICATION).kernel_s == pytest.approx(100 * MICRO)
    assert books.time_of(Group.MLP).share == 0


def test_a_gap_is_the_hosts_until_it_has_launched_what_comes_next(overlapping):
    # idle from 160 to 180; the norm was launched at 175 to 180
    assert overlapping.idle.launch_s == pytest.approx(20 * MICRO)
    assert overlapping.idle.n_gaps == 1


def test_a_gap_before_a_kernel_that_was_launched_long_ago_is_not_the_hosts(job):
    job.kernel(GEMM, 100, 50, launched=0)
    job.kernel(GEMM, 250, 50, launched=20)
    idle = job.profile().idle
    assert idle.launch_s == 0
    assert idle.other_s == pytest.approx(100 * MICRO)


def test_a_long_gap_inside_a_graph_is_neither_the_hosts_nor_a_wait(job):
    job.graph((GEMM, 100, 50), (GEMM, 155, 50), (GEMM, 505, 50), launched=0)
    job.kernel(GEMM, 655, 50, launched=10)
    idle = job.profile().idle
    assert idle.graph_s == pytest.approx(300 * MICRO)
    assert idle.other_s == pytest.approx((5 + 100) * MICRO)  # one kernel after another, and the kernel after the graph
    assert idle.launch_s == 0


def test_until_a_graph_is_launched_the_gap_is_the_hosts(job):
    job.kernel(GEMM, 0, 50, launched=0)
    job.graph((GEMM, 450, 50), launched=200)
    idle = job.profile().idle
    assert idle.launch_s == pytest.approx(155 * MICRO)
    assert idle.graph_s == pytest.approx(245 * MICRO)


def test_the_stream_that_computes_most_is_told_apart_from_the_others(overlapping):
    critical = overlapping.critical
    assert critical.busy_s == pytest.approx(120 * MICRO)
    assert critical.waits_s == pytest.approx(60 * MICRO)
    assert critical.idle_s == pytest.approx(20 * MICRO)


def test_kernels_that_compute_at_the_same_time_share_the_moment(job):
    job.kernel(NORM, 100, 100, stream=1).kernel("flash_fwd_kernel<>", 100, 100, stream=2)
    books = accounts(job.profile())
    assert books.time_of(Group.NORMS).share_of_busy == pytest.approx(0.5)
    assert books.time_of(Group.ATTENTION_CORE).share_of_busy == pytest.approx(0.5)


def test_copies_count_where_nothing_else_runs(job):
    job.kernel("Memcpy HtoD (Pinned -> Device)", 100, 100, stream=1, category="gpu_memcpy", bytes=1000)
    job.kernel(NCCL, 150, 100, stream=2)
    books = accounts(job.profile())
    assert books.time_of(Unassigned.COPIES).time_s == pytest.approx(50 * MICRO)
    assert books.overlap.exposed_s == pytest.approx(100 * MICRO)
    assert books.time_of(Unassigned.COPIES).bytes_moved == 1000


def test_a_kernel_that_a_person_moves_takes_its_time_and_its_overlap_along(overlapping):
    row = next(at for at, row in enumerate(overlapping.rows) if row.name.startswith("ncclDev"))
    moved = overlapping.reassigned({row: Group.MLP})
    books = accounts(moved)
    assert moved.rows[row].evidence is Evidence.PERSON
    assert books.overlap.total_s == 0
    assert books.time_of(Group.MLP).time_s == pytest.approx((60 + 40 / 2) * MICRO)
    assert moved.busy_s == overlapping.busy_s
    assert overlapping.reassigned({row: Group.COMMUNICATION}) == overlapping


def test_a_row_that_is_not_there_cannot_be_moved(overlapping):
    with pytest.raises(ValueError, match="no row 99"):
        overlapping.reassigned({99: Group.MLP})


def test_a_share_is_a_range_while_matmuls_are_unassigned(overlapping):
    books = accounts(overlapping)
    assert books.range_of(Group.MLP) == pytest.approx((0, 0.5))
    assert books.range_of(Group.NORMS) == pytest.approx((0.1, 0.1))


def test_bottleneck_and_the_next(overlapping):
    books = accounts(overlapping)
    assert (books.bottleneck.group, books.next_bottleneck.group) == (Unassigned.MATMUL, Group.COMMUNICATION)
    assert books.bottleneck.ceiling == pytest.approx(2)
