import pytest

from app.engine.components.ends import end_kernels
from app.engine.mapping import scenario_from_mapping

SHAPE = (4096, 128_256)  # of Llama-3.1-8B: width, vocabulary


def kernels(phase="prefill", **changes):
    length = {"prefill": "prompt_len", "decode": "context_len", "training": "seq_len"}[phase]
    situation = scenario_from_mapping(
        {"model": "llama3.1-8b", "hardware": "h100-sxm", "phase": phase, length: 1000, **changes}
    )
    return {kernel.component: kernel for kernel in end_kernels(situation)}


@pytest.mark.parametrize(
    ("phase", "changes", "positions"),
    [
        pytest.param("training", {"micro_batch": 3}, 3000, id="training needs every position"),
        pytest.param("prefill", {"batch": 3}, 3, id="a server needs the last position of each prompt"),
        pytest.param("decode", {"batch": 3}, 3, id="decoding has one position for each sequence"),
    ],
)
def test_the_head_runs_on_the_positions_that_need_logits(phase, changes, positions):
    assert kernels(phase, **changes)["head"].flops == 2 * positions * SHAPE[0] * SHAPE[1]


def test_only_training_has_a_loss():
    assert "loss" in kernels("training")
    assert "loss" not in kernels("prefill")
    assert "loss" not in kernels("decode")


def test_the_loss_reads_every_logit_three_times_in_four_bytes():
    assert kernels("training")["loss"].bytes_moved == 1000 * 128_256 * 3 * 4


def test_the_embedding_is_a_lookup_and_no_matmul():
    embedding = kernels()["embedding"]
    assert embedding.flops == 0
    assert embedding.bytes_moved == 2 * 1000 * 4096 * 2


def test_the_vocabulary_is_shared_by_tensor_parallel_devices():
    assert kernels(tp=8)["head"].flops == kernels()["head"].flops / 8
