from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.catalog import HARDWARE, MODELS
from app.practice.estimate_round import EstimateRound, points, score, times_off
from app.practice.estimates import KINDS, N_IN_A_ROUND, Draw, estimates

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
ROUND = EstimateRound(id="r1", seed=7, started_at=AT)


@given(st.integers(0, 2**31))
def test_a_round_asks_different_things_and_always_the_same_for_a_seed(seed):
    asked = estimates(seed)
    assert len(asked) == N_IN_A_ROUND
    assert len({one.how.partition(" ")[0] + one.words[:20] for one in asked}) == N_IN_A_ROUND
    assert asked == estimates(seed)
    assert all(0 < one.value < float("inf") for one in asked)


def test_seeds_differ():
    assert estimates(1) != estimates(2)


def by_hand(kind, seeds=range(40)):
    """The questions of one kind that some seeds ask, by model or chip."""
    return [KINDS[kind](Draw(seed, 0)) for seed in seeds]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("How large are the weights of Llama-3.1-8B in BF16?", 2 * 8.03e9),
        ("How large are the weights of GPT-3 175B in FP8?", 175e9),
        ("Llama-3.1-70B take in BF16, over all layers", 2 * 80 * 8 * 128 * 2),
        ("through Llama-3.1-8B, forward", 2 * 7.5e9),
        ("must NVIDIA H100 SXM do", 989e12 / 3.35e12),
        ("Llama-3.1-8B in BF16 decodes one sequence on one NVIDIA H100 SXM", 16.06e9 / 3.35e12),
        ("train Llama-3.1-8B on 15 trillion", 6 * 7.5e9 * 15e12),
        ("Adam's states of Llama-3.1-8B", 16 * 8.03e9),
        ("MLP of GPT-3 175B take equally many", 49152),
        (
            "A prompt of 2,048 tokens goes through Llama-3.1-8B in BF16 on 8 × NVIDIA H100 SXM",
            (2 * 7.5e9 + 4 * 2048 * 4096 * 32) * 2048 / 8 / 989e12,
        ),
    ],
)
def test_the_engines_value_is_what_one_gets_by_hand(words, value):
    found = [one for kind in range(len(KINDS)) for one in by_hand(kind, range(300)) if words in one.words]
    assert found, "some seed asks this"
    assert found[0].value == pytest.approx(value, rel=0.05)


def test_every_name_is_in_the_catalogue():
    text = " ".join(one.words for kind in range(len(KINDS)) for one in by_hand(kind))
    assert any(model.name in text for model in MODELS.values())
    assert any(chip.name in text for chip in HARDWARE.values())


@pytest.mark.parametrize(
    ("guess", "value", "expected"),
    [(1, 1, 100), (2, 1, 70), (1, 2, 70), (1.25, 1, 90), (10, 1, 0), (1e9, 1, 0), (1, 1e9, 0)],
)
def test_points_fall_with_the_logarithm_and_end_at_ten_times(guess, value, expected):
    assert points(guess, value) == expected


@given(st.floats(1e-6, 1e20), st.floats(1e-6, 1e20))
def test_too_large_and_too_small_cost_the_same(one, other):
    assert times_off(one, other) == pytest.approx(times_off(other, one), rel=1e-6)
    assert times_off(one, other) >= 1


def test_a_guess_is_taken_once_and_in_its_place():
    once = ROUND.guessed(0, 5.0)
    assert once.guesses == (5.0,)
    assert once.guessed(0, 6.0) == once
    assert once.guessed(5, 6.0) == once
    full = replace(ROUND, guesses=(1.0,) * N_IN_A_ROUND)
    assert full.is_over and full.guessed(N_IN_A_ROUND, 1.0) == full


def test_the_score_is_the_mean_and_the_median():
    assert score(ROUND) is None
    exact = replace(ROUND, guesses=tuple(one.value for one in ROUND.asked))
    assert (score(exact).points, score(exact).times_off) == (100, 1)
    twice = replace(ROUND, guesses=tuple(2 * one.value for one in ROUND.asked))
    assert (score(twice).points, score(twice).times_off) == (70, pytest.approx(2))
