import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.workload import Decode, Phase, Prefill, Training, forward_pass, phase_of

LENGTHS = st.integers(1, 400)
WINDOWS = st.none() | st.integers(1, 500)


def chunk(n_queries, n_cached):
    """New tokens behind a prefix that is in the cache already."""
    return forward_pass(Prefill(prompt_len=n_cached + n_queries, prefix_len=n_cached))


def counted_by_hand(n_queries, n_cached, window):
    """Query i of the new tokens meets the prefix and the new tokens up to itself, at most `window` of them."""
    return sum(min(n_cached + i, window or n_cached + i) for i in range(1, n_queries + 1))


@pytest.mark.parametrize(
    ("workload", "phase"),
    [
        (Training(seq_len=8), Phase.TRAINING),
        (Prefill(prompt_len=8), Phase.PREFILL),
        (Decode(context_len=8), Phase.DECODE),
    ],
    ids=["training", "prefill", "decode"],
)
def test_each_workload_belongs_to_a_phase(workload, phase):
    assert phase_of(workload) is phase


@given(n_queries=LENGTHS, n_cached=st.integers(0, 400), window=WINDOWS)
def test_causal_pairs_are_those_counted_by_hand_within_half_a_pair_for_each_query(n_queries, n_cached, window):
    pairs = chunk(n_queries, n_cached).causal_pairs(window)
    by_hand = counted_by_hand(n_queries, n_cached, window)
    assert by_hand - n_queries / 2 <= pairs <= by_hand


@given(length=st.integers(1, 10**7))
def test_a_causal_prompt_meets_half_the_square(length):
    assert forward_pass(Prefill(prompt_len=length)).causal_pairs(None) == length**2 / 2


@given(window=st.integers(1, 10**5), beyond=st.integers(0, 10**5))
def test_a_window_shorter_than_the_prompt_meets_w_s_less_half_w_squared(window, beyond):
    length = window + beyond
    pairs = forward_pass(Prefill(prompt_len=length)).causal_pairs(window)
    assert pairs == window * length - window**2 / 2


@given(length=LENGTHS, beyond=st.integers(0, 100))
def test_a_window_longer_than_the_prompt_changes_nothing(length, beyond):
    work = forward_pass(Training(seq_len=length))
    assert work.causal_pairs(length + beyond) == work.causal_pairs(None)
    assert work.full_pairs(length + beyond) == work.full_pairs(None) == length**2


@given(context=st.integers(0, 10**6), window=st.none() | st.integers(1, 10**6))
def test_a_decode_step_meets_its_context_or_window_and_is_never_halved(context, window):
    work = forward_pass(Decode(context_len=context))
    expected = context if window is None else min(context, window)
    assert work.causal_pairs(window) == work.full_pairs(window) == expected


def test_long_even_prompts_are_counted_exactly_beyond_the_reach_of_floats():
    length = 2**27 + 2
    assert forward_pass(Prefill(prompt_len=length)).causal_pairs(None) == length**2 // 2
    assert forward_pass(Prefill(prompt_len=length)).full_pairs(None) == length**2


@pytest.mark.parametrize(
    ("workload", "positions"),
    [
        pytest.param(Training(seq_len=512, micro_batch=3), 3 * 512, id="training scores every position"),
        pytest.param(Prefill(prompt_len=512, batch=3), 3, id="a server needs the last position of a prompt"),
        pytest.param(Decode(context_len=512, batch=3), 3, id="a decode step has one position"),
    ],
)
def test_the_head_runs_where_logits_are_needed(workload, positions):
    assert forward_pass(workload).n_logits == positions


@given(batch=st.integers(1, 64), length=LENGTHS, window=WINDOWS)
def test_pairs_are_those_of_all_sequences(batch, length, window):
    one, many = (forward_pass(Prefill(prompt_len=length, batch=n)) for n in (1, batch))
    assert many.causal_pairs(window) == batch * one.causal_pairs(window)
    assert many.full_pairs(window) == batch * one.full_pairs(window)


def test_a_chunk_of_a_prompt_joins_the_tokens_of_a_decode_step():
    alone, mixed = Decode(context_len=512, batch=3), Decode(context_len=512, batch=3, chunk_len=100, chunk_prefix=50)
    assert forward_pass(mixed).n_tokens == forward_pass(alone).n_tokens + 100
    added = forward_pass(mixed).causal_pairs(None) - forward_pass(alone).causal_pairs(None)
    assert added == chunk(100, 50).causal_pairs(None) == 100 * 50 + 100**2 / 2


@pytest.mark.parametrize(
    ("workload", "tokens"),
    [
        pytest.param(Prefill(prompt_len=512, batch=3, prefix_len=412), 300, id="what is not in the cache yet"),
        pytest.param(Decode(context_len=512, batch=3, new_tokens=5), 15, id="drafts that are verified at once"),
        pytest.param(Training(seq_len=512, micro_batch=3, n_micro_batches=7), 1536, id="one micro-batch at a time"),
        pytest.param(Prefill(prompt_len=512, batch=3), 1536, id="the whole batch of prompts"),
        pytest.param(Decode(context_len=512, batch=3), 3, id="one new token for each sequence"),
    ],
)
def test_a_pass_has_the_new_tokens_of_its_sequences(workload, tokens):
    assert forward_pass(workload).n_tokens == tokens


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: Training(seq_len=0), "seq_len"),
        (lambda: Training(seq_len=1, micro_batch=0), "micro_batch"),
        (lambda: Training(seq_len=1, n_micro_batches=-1), "n_micro_batches"),
        (lambda: Training(seq_len=1, optimizer_bytes_per_parameter=0), "optimizer_bytes_per_parameter"),
        (lambda: Prefill(prompt_len=0), "prompt_len"),
        (lambda: Prefill(prompt_len=1, batch=0), "batch"),
        (lambda: Prefill(prompt_len=8, prefix_len=8), "prefix_len"),
        (lambda: Training(seq_len=1, lora_rank=-1), "lora_rank"),
        (lambda: Decode(context_len=1, new_tokens=0), "new_tokens"),
        (lambda: Decode(context_len=-1), "context_len"),
        (lambda: Decode(context_len=1, batch=0), "batch"),
    ],
    ids=lambda value: value if isinstance(value, str) else "no",
)
def test_an_impossible_workload_is_refused_by_its_field(make, name):
    with pytest.raises(ValueError, match=f"^{name}: "):
        make()
