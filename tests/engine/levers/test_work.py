import pytest

from app.engine.analysis import analyze
from app.engine.levers import NotApplicable, lever, ranked
from app.engine.levers.work import speculative_decoding
from app.engine.mapping import scenario_from_mapping
from app.engine.workload import Recompute

LENGTH = {"training": "seq_len", "prefill": "prompt_len", "decode": "context_len"}


def scenario(phase="decode", model="llama3.1-70b", **changes):
    written = {"model": model, "hardware": "h100-sxm", "phase": phase}
    return scenario_from_mapping({**written, **({LENGTH[phase]: 8192} | changes)})


@pytest.mark.parametrize(
    ("lever_id", "situation", "read", "expected"),
    [
        pytest.param("bigger_batch", scenario(batch=8), lambda s: s.workload.batch, 16, id="batch"),
        pytest.param("bigger_batch", scenario("prefill"), lambda s: s.workload.batch, 2, id="prompts"),
        pytest.param(
            "bigger_global_batch", scenario("training"), lambda s: s.workload.n_micro_batches, 2, id="accumulation"
        ),
        pytest.param("speculative_decoding", scenario(), lambda s: s.workload.new_tokens, 5, id="verification"),
        pytest.param(
            "selective_recompute",
            scenario("training", recompute="full"),
            lambda s: s.workload.recompute,
            Recompute.SELECTIVE,
            id="selective",
        ),
        pytest.param(
            "no_recompute",
            scenario("training", recompute="selective"),
            lambda s: s.workload.recompute,
            Recompute.NONE,
            id="none",
        ),
    ],
)
def test_a_lever_changes_what_it_is_named_after(lever_id, situation, read, expected):
    assert read(lever(lever_id).apply(situation)) == expected


@pytest.mark.parametrize(
    ("lever_id", "situation", "reason"),
    [
        pytest.param("bigger_batch", scenario("training"), "accumulating", id="training accumulates"),
        pytest.param("bigger_batch", scenario(chunk_len=512), "not like the others", id="two kinds of tokens"),
        pytest.param("bigger_global_batch", scenario(), "no gradients", id="serving"),
        pytest.param("speculative_decoding", scenario("prefill"), "this is prefill", id="prefill"),
        pytest.param("speculative_decoding", scenario(new_tokens=3), "verifies 3 tokens", id="speculating"),
        pytest.param("speculative_decoding", scenario(chunk_len=512), "chunk of a prompt", id="mixed step"),
        pytest.param("selective_recompute", scenario("training"), "none already", id="no recomputation"),
        pytest.param(
            "selective_recompute", scenario("training", recompute="selective"), "selective already", id="selective"
        ),
        pytest.param("no_recompute", scenario(), "Only training", id="decode keeps nothing"),
    ],
)
def test_a_lever_that_does_not_apply_says_why(lever_id, situation, reason):
    refused = lever(lever_id).apply(situation)
    assert isinstance(refused, NotApplicable)
    assert reason in refused.reason


def test_full_recomputation_costs_a_quarter_of_a_step_of_matmuls():
    before = analyze(scenario("training", recompute="full", efficiency="ideal", micro_batch=8, n_micro_batches=64))
    (found,) = ranked(before, [lever("no_recompute")])
    assert found.speedup == pytest.approx(4 / 3, abs=0.015)
    assert found.bound.speedup == found.speedup
    assert not found.fits


def test_accumulation_wins_back_the_update_of_a_short_step():
    short, long = (
        ranked(analyze(scenario("training", n_micro_batches=n)), [lever("bigger_global_batch")])[0].speedup
        for n in (1, 64)
    )
    assert short > long > 1


@pytest.mark.parametrize("k", [1, 2, 8])
def test_a_verification_has_one_token_more_than_drafts(k):
    assert speculative_decoding(k=k).apply(scenario()).workload.new_tokens == k + 1


def test_accumulation_shrinks_the_bubble_and_its_bound_says_so():
    before = analyze(scenario("training", n_micro_batches=8, plan={"pp": 8}))
    (found,) = ranked(before, [lever("bigger_global_batch")])
    assert before.bubble_share == pytest.approx(7 / 15)
    assert found.after.bubble_share == pytest.approx(7 / 23)
    assert 1.25 < found.speedup < found.bound.speedup
    assert found.bound.share > 7 / 15
