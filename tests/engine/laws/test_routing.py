import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.amdahl import speedup
from app.engine.catalog import accelerator
from app.engine.components.experts import distinct_experts
from app.engine.dtypes import DType
from app.engine.hardware import ridge_point
from app.engine.laws.routing import (
    compute_bound_tokens,
    expert_capacity,
    hottest_expert_slowdown,
    kept_share,
    padded_flops_factor,
)

DEEPSEEK = {"n_experts": 256, "n_active_experts": 8}
H100 = accelerator("h100-sxm")
loads = st.lists(st.floats(0, 1e6), min_size=1, max_size=16).filter(lambda many: sum(many) > 1)


@pytest.mark.parametrize(
    ("n_tokens", "printed"),
    [
        pytest.param(0, "0", id="no tokens"),
        pytest.param(1, "8", id="E1 at batch 1"),
        pytest.param(8, "57", id="E1 at batch 8"),
        pytest.param(32, "163", id="E1 at batch 32"),
        pytest.param(128, "252", id="E1 at batch 128"),
        pytest.param(100_000, "256", id="a very large batch"),
    ],
)
def test_experts_that_a_step_touches(n_tokens, printed):
    assert f"{distinct_experts(n_experts=256, n_active=8, n_tokens=n_tokens):.0f}" == printed


@pytest.mark.parametrize(
    ("math", "bytes_per_weight", "expected"),
    [
        pytest.param(DType.BF16, 2, 9450, id="E2, BF16"),
        pytest.param(DType.FP8, 1, 9450, id="E2, FP8 weights and FP8 math"),
        pytest.param(DType.BF16, 1, 4700, id="E2, FP8 weights and BF16 math"),
    ],
)
def test_tokens_that_make_256_experts_of_which_8_are_active_compute_bound(math, bytes_per_weight, expected):
    tokens = compute_bound_tokens(ridge_point=ridge_point(H100, math), **DEEPSEEK, bytes_per_weight=bytes_per_weight)
    assert tokens == pytest.approx(expected, rel=6e-3)


def test_a_dense_layer_is_compute_bound_at_the_ridge():
    assert compute_bound_tokens(ridge_point=295, n_experts=1, n_active_experts=1) == 295


@pytest.mark.parametrize(
    ("expert_share", "hot_factor", "expected"),
    [
        pytest.param(1.0, 3, 3.0, id="E4, nothing but experts"),
        pytest.param(0.5, 3, 2.0, id="E4, half of the step"),
        pytest.param(0.5, 1, 1.0, id="even loads"),
        pytest.param(0.0, 3, 1.0, id="no experts"),
    ],
)
def test_the_step_waits_for_the_hottest_expert(expert_share, hot_factor, expected):
    assert hottest_expert_slowdown(expert_share=expert_share, hot_factor=hot_factor) == expected


@given(share=st.floats(0, 1), hot=st.floats(1, 256))
def test_a_hot_expert_is_amdahls_law_with_a_slower_part(share, hot):
    slowdown = hottest_expert_slowdown(expert_share=share, hot_factor=hot)
    assert slowdown == pytest.approx(1 / speedup(share, 1 / hot))


def test_a_capacity_factor_of_1_25_pads_a_quarter_of_the_expert_flops():  # E5
    assert padded_flops_factor(capacity_factor=1.25) == 1.25
    assert expert_capacity(n_tokens=4096, **DEEPSEEK, capacity_factor=1.25) == 1.25 * 4096 * 8 / 256


@given(even=st.floats(0.1, 1e6), n=st.integers(1, 64), factor=st.floats(1, 4))
def test_even_loads_are_kept_whole_by_any_capacity_factor_from_one_on(even, n, factor):
    assert kept_share([even] * n, capacity_factor=factor) == pytest.approx(1)


def test_three_times_the_mean_on_one_expert_loses_what_is_above_the_capacity():  # E5 flip
    loads = [3.0, *[1 - 2 / 7] * 7]  # mean 1 over 8 experts
    kept = kept_share(loads, capacity_factor=1.25)
    assert kept == pytest.approx(1 - 1.75 / 8)
    assert padded_flops_factor(capacity_factor=1.25, kept=kept) == pytest.approx(1.6)


@given(loads=loads, factor=st.floats(0.5, 4))
def test_a_larger_capacity_factor_keeps_no_fewer(loads, factor):
    kept = kept_share(loads, capacity_factor=factor)
    assert kept <= kept_share(loads, capacity_factor=factor * 1.5) * (1 + 1e-9)
    assert 0 < kept <= 1 + 1e-9


@given(loads=loads)
def test_a_capacity_of_all_tokens_drops_nothing(loads):
    assert kept_share(loads, capacity_factor=len(loads)) == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(
            lambda: compute_bound_tokens(ridge_point=295, n_experts=4, n_active_experts=8),
            "n_active_experts",
            id="more active than there are",
        ),
        pytest.param(
            lambda: hottest_expert_slowdown(expert_share=0.5, hot_factor=0.9), "hot_factor", id="hottest below mean"
        ),
        pytest.param(lambda: kept_share([], capacity_factor=1), "loads", id="no experts"),
        pytest.param(lambda: padded_flops_factor(capacity_factor=1, kept=0), "kept", id="nothing kept"),
        pytest.param(lambda: padded_flops_factor(capacity_factor=1, kept=1.1), "kept", id="more kept than sent"),
        pytest.param(
            lambda: compute_bound_tokens(ridge_point=0, n_experts=8, n_active_experts=2), "ridge_point", id="no ridge"
        ),
    ],
)
def test_the_impossible_is_refused(call, field):
    with pytest.raises(ValueError, match=f"^{field}: "):
        call()


def test_a_grid_equals_its_scalars():
    active = np.array([1, 2, 8, 256])
    assert list(compute_bound_tokens(ridge_point=295, n_experts=256, n_active_experts=active)) == [
        compute_bound_tokens(ridge_point=295, n_experts=256, n_active_experts=k) for k in active.tolist()
    ]
    hot = np.array([1.0, 1.5, 3.0])
    assert list(hottest_expert_slowdown(expert_share=0.5, hot_factor=hot)) == [1, 1.25, 2]
    assert list(kept_share([hot, 4 - hot], capacity_factor=1)) == pytest.approx([0.75, 0.875, 0.75])
