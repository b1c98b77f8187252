"""docs/engine.md: what the engine can be asked and in which words, made from the engine itself.

.venv/bin/python bench/engine_page.py --write    # write the page
.venv/bin/python bench/engine_page.py            # fails when it is stale
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

from app.engine.catalog import HARDWARE, MODELS, accelerator  # noqa: E402
from app.engine.conventions import COUNT_ALL, enumerate_conventions  # noqa: E402 - the path above comes first
from app.engine.described import described  # noqa: E402
from app.engine.efficiency import Efficiency, calibrated_efficiency  # noqa: E402
from app.engine.given import GIVEN  # noqa: E402
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS  # noqa: E402
from app.engine.law_facts import LAWS  # noqa: E402
from app.engine.levers import LEVERS  # noqa: E402
from app.engine.mapping import fields_of  # noqa: E402
from app.engine.queries.ask import QUERIES  # noqa: E402
from app.engine.scalars import SCALARS  # noqa: E402
from app.engine.scenario import Plan  # noqa: E402
from app.engine.workload import Phase  # noqa: E402

PAGE = HERE.parent / "docs" / "engine.md"

FIELDS: dict[str, str] = {
    "model": "a slug of the catalogue, a Hugging Face `config.json`, widths, or `{like: slug, ...}` with some changed",
    "hardware": "a slug, facts, or `{like: slug, ...}`; a network that nobody states is an error when a plan needs it",
    "phase": "`training` (or `train`), `prefill`, `decode`",
    "seq_len": "tokens of a training sequence [token]",
    "micro_batch": "sequences of one forward pass of a replica; 1",
    "n_micro_batches": "forward passes of a replica in a step (gradient accumulation); 1",
    "recompute": "`none`, `selective` (the attention core), `full`",
    "optimizer_bytes_per_parameter": "16: weights 2, gradients 2, Adam 12; 18 keeps gradients in 4 bytes",
    "lora_rank": "above 0: the model is frozen, adapters on every projection are trained; 0",
    "prompt_len": "tokens of a prompt [token]",
    "batch": "sequences in a serving step; 1",
    "prefix_len": "of them already in the cache: only read; 0",
    "context_len": "tokens in the cache of each sequence [token]",
    "new_tokens": "tokens of a sequence in this step: k+1 when k drafts are verified; 1",
    "chunk_len": "tokens of somebody's prompt in the same step (chunked prefill); 0",
    "chunk_prefix": "of that prompt already cached; 0",
    "n_devices": "what the plan does not name is data parallel; without a plan: training dp, serving tp inside a node",
    "plan": "degrees and layout, below",
    "weight_dtype": "number format of weights; BF16, FP16 on chips without it",
    "mlp_dtype": "of the weights of MLPs and experts; as `weight_dtype`",
    "activation_dtype": "of activations, in which scores are multiplied; BF16",
    "kv_dtype": "of the KV cache; BF16",
    "math_dtype": "of the matrix products; BF16",
    "attention": "`fused`, `tuned` (fused, written for the chip: FlashAttention-2 on Ampere, -3 on Hopper), `unfused`",
    "fusion": "a list of `mlp` (activation function in the matmul) and `norms` (norm in the residual); none",
    "launch": "`eager`, `graph` (captured; decode's default), `blocking` (from Python, the host waits for each kernel)",
    "overlap": "share of the communication that hides behind arithmetic [0..1]; 0",
    "conventions": "how FLOPs are counted, below; never changes a time",
    "efficiency": "`calibrated`, `ideal`, or a mapping of the fractions and fixed times below",
}
PLAN: dict[str, str] = {
    "tp": "tensor parallel devices: heads, MLP widths and vocabulary cut; two all-reduces a layer forward",
    "cp": "context parallel devices: tokens cut, keys and values around a ring",
    "dp": "replicas: gradients all-reduced once a step",
    "pp": "pipeline stages; layers that do not divide leave the ends with fewer",
    "ep": "devices over which experts are spread, out of tp * cp * dp: two all-to-alls a routed layer forward",
    "interleave": "model chunks of each stage: the bubble's overhead is divided by it",
    "schedule": "`1f1b` or `zero_bubble`",
    "sequence_parallel": "norms and residuals cut along the tokens over `tp`; the same bytes on the links",
    "zero": "ZeRO stage 0 to 3: states, gradients, weights sharded over replicas; 3 is FSDP",
    "rails": "a NIC for every device and hierarchical collectives; otherwise one flat ring over one NIC",
}
FAMILIES: tuple[tuple[str, str, str, str], ...] = (
    ("flops.COMPONENT, flops.GROUP", "FLOP", "flops.mlp_up", "counted FLOPs of a component or a group"),
    ("share.BASIS.GROUPS", "1", "share.time.mlp+projections", "share of `flops` or `time`; groups joined by +"),
    ("ceiling.BASIS.GROUPS", "x", "ceiling.flops.attention_core", "1/(1-share): the speed-up if they took nothing"),
    ("speedup.BASIS.GROUPS.FACTOR", "x", "speedup.time.mlp.2", "the speed-up if they ran so many times faster"),
    ("time_s.GROUP, time_s.COMPONENT", "s", "time_s.norms", "what it adds to the estimated step"),
    ("bound.GROUP", "", "bound.mlp", "what its slowest component waits for most"),
    (
        "flip.VARIABLE.A_vs_B",
        "of the variable",
        "flip.seq_len.attention_core_vs_mlp",
        "where A and B are equal by FLOPs",
    ),
    ("flip.time.VARIABLE.A_vs_B", "of the variable", "flip.time.batch.mlp_vs_attention_core", "the same by time"),
    ("lever.ID.speedup", "x", "lever.kv_fp8.speedup", "how many times sooner the same work is done"),
    ("given.NAME", "", "given.hbm_bandwidth", "what the scenario states, by name"),
)
EFFICIENCY: dict[str, str] = {
    "gemm": "of the dense peak, matrix products [0..1]",
    "wave_tail": "of half a wave of tiles, lost at the end of each; 0 where `gemm` is given [0..1]",
    "attention_forward": "of the peak, fused attention that was not written for its chip [0..1]",
    "attention_backward": "its backward pass [0..1]",
    "attention_tuned": "fused attention that was; backward in the same proportion [0..1]",
    "memory": "of the HBM bandwidth [0..1]",
    "link": "of a link's rate [0..1]",
    "gap_s": "between two eager kernels [s]",
    "graph_gap_s": "between two kernels of a captured graph [s]",
    "launch_s": "host time of one eager launch [s]",
    "blocking_s": "host time around a kernel that the host waits for [s]",
    "round_s": "one round of a collective; log2 of the devices [s]",
    "graph_round_s": "the same inside a captured graph [s]",
}


def page() -> str:
    """The whole page."""
    parts = (_HEAD, _vocabulary(), _queries(), _conventions(), _facts(), _laws(), _levers(), _MODELLED, _catalogue())
    return "\n".join(parts)


def _vocabulary() -> str:
    phases = [
        [f"`{name}`", _phases([phase for phase in Phase if name in fields_of(phase)]), FIELDS[name]]
        for name in FIELDS
        if any(name in fields_of(phase) for phase in Phase)
    ]
    plan = [[f"`{one.name}`", PLAN[one.name]] for one in fields(Plan)]
    usual = described(calibrated_efficiency(accelerator("h100-sxm")))
    rates = [
        [f"`{one.name}`", EFFICIENCY[one.name], f"{usual[one.name]:g}"]
        for one in fields(Efficiency)
        if one.name != "name"
    ]
    return f"""## A scenario

One mapping in YAML or JSON. Whole numbers, base units, `1.5e+13` rather than `15e12` in YAML. An unknown field,
slug or value is an error of one line that names it.

{_table(["field", "phase", "what it is; default"], phases)}
`plan`, or the same names beside it:

{_table(["degree", "what it does"], plan)}
`efficiency`, with what is calibrated for an H100:

{_table(["name", "what it is", "calibrated"], rates)}"""


def _queries() -> str:
    blocks = [_query(query.name, query.words, query.example) for query in QUERIES]
    return """## What can be asked

Each question is a command, `chokepoint NAME FILE` (`-` reads standard input), and `POST /api/v1/NAME` with the same
JSON as its body; `/api/v1/docs` describes them. The answer is JSON in base units. What does not fit is one line on
standard error, or HTTP 422 with the same line as `error`.

""" + "\n".join(blocks)


def _query(name: str, words: str, example: dict[str, object]) -> str:
    return f"### {name}\n\n{words[0].upper()}{words[1:]}.\n\n```json {name}\n{json.dumps(example, indent=1)}\n```\n"


def _conventions() -> str:
    ways = [
        [one.label, "yes" if one.default_family else "only when it is named"]
        for one in enumerate_conventions(COUNT_ALL)
    ]
    ways = [list(way) for way in dict.fromkeys(tuple(way) for way in ways)]
    return f"""## Conventions of counting

A convention changes what is counted, never a time. Times follow executed FLOPs: a fused kernel skips masked blocks,
and a server computes logits for the last position only. Counted FLOPs are matrix products alone, one multiply-add
two FLOPs; training counts three forward passes (`passes: forward` one); recomputation is never counted in model
FLOPs (`mfu`), and is in `hfu`. `arithmetic_intensity`, `mbu` and `flops.executed` are of what runs on one device.
6ND is `6 * parameters.multiplying * tokens`: N leaves the lookup of the embedding out.

{_table(["way of counting", "may be meant by a text that says nothing"], ways)}
A fact's name may end in `@full`, `@causal`, `@last_head` or `@no_head`: `share.flops.mlp@causal`."""


def _facts() -> str:
    scalars = [
        [
            f"`{name}`",
            scalar.unit or "–",
            scalar.basis,
            _phases(scalar.phases),
        ]
        for name, scalar in SCALARS.items()
    ]
    families = [[f"`{pattern}`", unit or "–", f"`{example}`", words] for pattern, unit, example, words in FAMILIES]
    groups = ", ".join(f"`{group}` ({label})" for group, label in GROUP_LABELS.items())
    resources = ", ".join(f"`{resource}` ({label})" for resource, label in RESOURCE_LABELS.items())
    return f"""## Facts

Everything refers to an analysis by these names; `chokepoint facts FILE` lists those of a scenario with values, and
`derive` unfolds any into formula, numbers put in, value, unit and source. Groups: {groups}. Resources: {resources}.

{_table(["fact", "unit", "basis", "phases"], scalars)}
Families:

{_table(["name", "unit", "example", "what it is"], families)}
`given.`: {", ".join(f"`{name}`" for name in GIVEN)}."""


def _laws() -> str:
    lines = [
        [f"`{name}({', '.join(law.arguments)})`", law.unit, f"`{law.written}`", law.words.replace("|", "/")]
        for name, law in LAWS.items()
    ]
    return f"""## Laws

Small models of plain numbers, for questions that need no scenario: `bubble_share(pp=8, n_micro_batches=32)`. Keys
may also compute with facts and laws: `main.weight_bytes / main.given.hbm_bandwidth | s`.

{_table(["law", "unit", "formula", "what it gives"], lines)}"""


def _levers() -> str:
    lines = [
        [
            f"`{one.id}`",
            one.name,
            "everything" if len(one.acts_on) == len(GROUP_LABELS) else _words(one.acts_on),
            _words(one.relieves),
        ]
        for one in LEVERS
    ]
    return f"""## Levers

A lever is a function from scenario to scenario; its gain is the changed scenario analysed again, for the same
tokens, beside Amdahl's bound for what it touches. One that does not apply says why.

{_table(["id", "what is done", "acts on", "relieves"], lines)}"""


def _catalogue() -> str:
    models = ", ".join(f"`{slug}`" for slug in MODELS)
    chips = ", ".join(f"`{slug}`" for slug in HARDWARE)
    return f"## Catalogue\n\n{len(MODELS)} models: {models}.\n\n{len(HARDWARE)} accelerators: {chips}.\n"


def _phases(phases: Sequence[Phase]) -> str:
    return "all" if len(phases) == len(Phase) else _words(phases)


def _words(items: Sequence[object]) -> str:
    return ", ".join(str(item) for item in items)


def _table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(_rows(heads, lines)) + "\n"


def _rows(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|" + " --- |" * len(heads)
    yield from (f"| {' | '.join(line)} |" for line in lines)


_HEAD = """# The engine

A scenario goes in, an analysis comes out: FLOPs, bytes, times and what binds, each figure named, with its unit, its
basis and the convention it was counted under. Everything is in base units: FLOP, bytes, seconds, FLOP/s, bytes/s.
Peaks are dense, links are per direction, GB is 1e9. How far its times are from measurements is in
[validation.md](validation.md), how fast it is in [speed.md](speed.md). This page is made by `bench/engine_page.py`;
a test runs its examples.
"""

_MODELLED = """## What each phase models, and what it leaves out

Every kernel takes the slower of its arithmetic (FLOPs over the peak it reaches, times the waves of tiles that are
not full) and its traffic (bytes over the bandwidth it reaches), and a gap before the next; a step is the sum, or
the host's launches where they take longer. `lower` is ideal and overlapped, `upper` adds what could overlap,
`estimate` lies between and carries the error of its family.

- **Training**: forward and backward of every micro-batch, recomputation, gradients summed after every micro-batch
  but the first, one optimizer update, collectives of every kind of parallelism, the bubble, and the wait for the
  slowest stage (the head makes the last one longer). Left out: data loading, checkpoints (laws), imbalanced
  experts, dropped tokens, overlap unless `overlap` says how much, norms of gradients, tied embeddings summed
  between the ends of a pipeline.
- **Prefill**: one pass over the prompts, a cached prefix only read, logits for the last position. Activations that
  fit the last-level cache are not counted as traffic. Left out: scheduling, tokenisation, sampling, chunks but the
  one in a decode step.
- **Decode**: one step of all sequences, `new_tokens` each; weights read once, only the experts touched, in
  expectation; the cache read by every sequence; a chunk of a prompt beside it where there is one. Left out:
  sampling, the server's loop, speculative acceptance (a lever and laws), paging.
- **Memory**: weights, gradients, states, activations and cache of the fullest stage's device; what does not fit is
  marked and computed all the same. Left out: fragmentation, buffers of libraries, graphs.
- **Links**: rings with a fixed time for each round, hierarchical over nodes; all-to-alls over both kinds of link at
  once. Left out: sums inside a switch (NVLS), congestion, topologies of tori but for the laws.
- **Chips**: one rate for each kind of kernel. Left out: clocks, power limits, sparsity.
"""


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page())
    elif not PAGE.exists() or PAGE.read_text() != page():
        raise SystemExit("docs/engine.md is stale; run bench/engine_page.py --write")
