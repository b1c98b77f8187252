"""Records the CPU traces of this folder with PyTorch (and transformers), and trims them to what is read.

    python record_cpu_traces.py FOLDER

Neither is a dependency of the project: run it in an environment of its own. Each job is small, so that a trace stays
below a hundred kilobytes, and differs from the others in what it records: module scopes, shapes, or names alone.
"""

import gzip
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.profiler import ProfilerActivity, profile, schedule
from trim import trimmed

VOCABULARY, WIDTH, HEADS, LAYERS, LENGTH = 2048, 256, 4, 2, 128


class MLP(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.down(functional.gelu(self.up(x)))


class CausalSelfAttention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        q, k, v = self.qkv(x).view(batch, length, 3, HEADS, width // HEADS).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(mixed.transpose(1, 2).reshape(batch, length, width))


class Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.attention = nn.LayerNorm(WIDTH), CausalSelfAttention()
        self.second, self.mlp = nn.LayerNorm(WIDTH), MLP()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x + self.attention(self.first(x))
        return x + self.mlp(self.second(x))


class GPT(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY, bias=False)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x)
        logits = self.head(self.norm(x))
        return functional.cross_entropy(logits.flatten(0, 1), tokens.flatten())


def train(model: nn.Module, loss: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[], None]:
    optimizer = torch.optim.AdamW(model.parameters())
    tokens = torch.randint(0, VOCABULARY, (4, LENGTH))

    def step() -> None:
        optimizer.zero_grad()
        loss(tokens).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return step


def gpt_train() -> Callable[[], None]:
    model = GPT()
    return train(model, model)


def encoder_train() -> Callable[[], None]:
    layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, batch_first=True)
    model = nn.Sequential(
        nn.Embedding(VOCABULARY, WIDTH),
        nn.TransformerEncoder(layer, LAYERS, enable_nested_tensor=False),
        nn.Linear(WIDTH, VOCABULARY),
    )
    return train(model, lambda tokens: functional.cross_entropy(model(tokens).flatten(0, 1), tokens.flatten()))


def gpt2_eager() -> Callable[[], None]:
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(vocab_size=VOCABULARY, n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, n_positions=LENGTH)
    model = GPT2LMHeadModel._from_config(config, attn_implementation="eager")
    return train(model, lambda tokens: model(tokens, labels=tokens).loss)


def llama_prefill() -> Callable[[], None]:
    from transformers import LlamaConfig, LlamaForCausalLM

    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        intermediate_size=688,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=2,
    )
    model = LlamaForCausalLM(config).eval()
    tokens = torch.randint(0, VOCABULARY, (4, LENGTH))

    def step() -> None:
        with torch.inference_mode():
            model(tokens)

    return step


def mixtral_prefill() -> Callable[[], None]:
    from transformers import MixtralConfig, MixtralForCausalLM

    config = MixtralConfig(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        intermediate_size=512,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=2,
        num_local_experts=4,
    )
    model = MixtralForCausalLM(config).eval()
    tokens = torch.randint(0, VOCABULARY, (4, LENGTH))

    def step() -> None:
        with torch.inference_mode():
            model(tokens)

    return step


JOBS: dict[str, tuple[Callable[[], Callable[[], None]], dict[str, Any]]] = {
    "cpu_gpt_train_modules": (gpt_train, {"with_stack": True, "record_shapes": True}),
    "cpu_encoder_train_names": (encoder_train, {}),
    "cpu_gpt2_eager_train_shapes": (gpt2_eager, {"record_shapes": True, "schedule": None}),
    "cpu_llama_prefill_shapes": (llama_prefill, {"record_shapes": True}),
    "cpu_mixtral_prefill_modules": (mixtral_prefill, {"with_stack": True, "record_shapes": True}),
}


def record(name: str, folder: Path) -> None:
    job, how = JOBS[name]
    step = job()
    step()
    settings = {"schedule": schedule(wait=1, warmup=1, active=3), **how}
    n_steps = 4 if settings["schedule"] is None else 5
    with profile(activities=[ProfilerActivity.CPU], **settings) as recording:
        for _ in range(n_steps):
            step()
            if settings["schedule"] is not None:
                recording.step()
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "trace.json"
        recording.export_chrome_trace(str(whole))
        text = trimmed(whole.read_text())
    with gzip.GzipFile(folder / f"{name}.json.gz", "wb", mtime=0) as file:
        file.write(text.encode())


if __name__ == "__main__":
    torch.manual_seed(0)
    torch.set_num_threads(2)
    for each in JOBS:
        record(each, Path(sys.argv[1]))
