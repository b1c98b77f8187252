"""The page docs/validation.md: what the command prints, as Markdown."""

from collections.abc import Iterator, Sequence

from validation.errors import SWEEP, Order, Outcome, Summary, aims, by_file, families, summary, sweep_order
from validation.rows import Role, Row

COMMAND = "python bench/validate.py --write"

# Everything that was chosen to fit, in app/engine/efficiency.py. A test counts them there.
CONSTANTS: dict[str, str] = {
    "sustained": "GEMMs of real steps, waves of tiles apart, over the best shape of the same chip, which is measured",
    "best shape, TPU": "where no table has it: MaxText's steps sustain two thirds of the peak",
    "portable attention": "rate of fused attention that was not written for its chip: sqrt(this * peak)",
    "tuned attention": "fused attention that was, of executed FLOPs: FlashAttention-2 on A100",
    "backward to forward": "the same kernel's backward pass",
    "memory": "of the HBM bandwidth, for every kernel",
    "link": "of the link's rate per direction, for long messages",
    "gap": "between two eager kernels",
    "graph gap": "between two kernels of one captured graph",
    "launch": "host time of one eager launch by a server written in C++ (not fitted: 4 us, as profilers show)",
    "blocking launch": "host time around one kernel from Python where the host waits for each: between 70 us, by the"
    " 25.5 tokens/s of PyTorch's blog on eager decoding, and 170 us, by the first day of the layout search",
    "round": "fixed time of one round of a collective: there are log2 of the devices",
    "graph round": "the same inside a captured graph, where the host does not take part",
}
CAP = 13

OUT_OF_REACH: tuple[str, ...] = (
    "The layout search on 384 A100 (BLOOM): single runs differ by up to 9 % (lines 28 and 29), and some layouts are"
    " slow for reasons that neither source nor engine knows: 112 heads on eight devices, 104 on four (lines 41, 76),"
    " 128 heads at four sequences. One line prints 113.0 s for three quarters of a batch that took 114.1 s.",
    "Unfused attention by plain PyTorch (FlashAttention-2's own baseline) is predicted too fast: more passes over the"
    " scores, and in 4 bytes, than the fused softmax that the engine lists. Megatron's rows, which have that, come out"
    " 6 % too slow.",
    "Attention kernels: which one a source ran is mostly not printed. Llama 3 at 131,072 tokens is predicted a"
    " third too slow by the usual fraction and would be right by that of a tuned kernel.",
    "Serving: how prompts arrive is not printed. SGLang's first tokens on Qwen3-32B come after about B prefills, as if"
    " all requests started together and then decoded undisturbed; these rows and vLLM's on FP8 are predicted too slow.",
    "GPT-OSS-120B on one or two H200 is predicted a fifth too fast; what MXFP4 costs to unpack is not known.",
    "FasterTransformer at 350M takes about 120 us a layer whatever the batch: likely more and smaller kernels than the"
    " engine lists. Three pipeline stages at batch 256 are predicted 1.8x too slow: the engine does not split batches.",
    "Collectives: sums inside the switch (NVLS, on H200 and B200) beat the ring by 1.4x from 32 KiB on.",
    "FP8 training on H100 by Megatron-Bridge: overlap is not printed, and nothing is overlapped unless a scenario says"
    " so.",
)

_BLIND = """## How much the reported rows have been seen

The constants in the engine are those that a search on the calibration rows alone finds (`bench/validation/fit.py`),
rounded; the right half of this table has them unrounded. One was moved by hand, within what the rows allow: portable
attention is 41e12 for 39.5e12. The structure is not blind: terms were added after a look at the errors (waves of tiles,
the slowest stage of a pipeline, gradients summed for every micro-batch, the filling of a ring, six launches of a routed
layer), each from what hardware and software do, none with a constant of its own. Some readings of sources that leave
room were settled after their first error was seen: MegaScale's baseline as unfused attention with selective
recomputation, ZeRO stage 0 where none is printed, an FP8 cache for NVIDIA's FP8 checkpoints, the network and the
blocking launches of the layout search. Error bars are therefore those of known sources; a new source will show more.

"""

_HEADS = ["n", "median", "p90", "bias", "baseline median", "baseline p90"]

_WORDS = {
    "step_s": "step",
    "layer_s": "layer",
    "forward_backward_s": "forward + backward",
    "tokens_per_s_per_device": "tokens/s per device",
    "mfu": "MFU",
    "ttft_s": "first token",
    "tpot_s": "decode step",
    "request_s": "request",
    "served_tpot_s": "TPOT under load",
    "served_rate": "output tokens/s under load",
    "collective_s": "collective",
    "bus_bandwidth": "bus bandwidth",
    "gemm_rate": "GEMM rate",
}


def page(rows: Sequence[Row], found: Sequence[Outcome], blind: Sequence[Outcome], plain: Sequence[Outcome]) -> str:
    """The whole page.

    `blind`: the same rows with constants that only the calibration rows chose; `plain`: the layout search without
    the facts about its cluster.
    """
    start = (_head(rows), _aims(found), _blind(found, blind), _order(sweep_order(found), sweep_order(plain)))
    how = (_constants(), _families(families(found)), _excluded(rows), _calibrated(rows), _every_row(found))
    return "\n".join([*start, _tables(found), _out_of_reach(), *how])


def table(found: Sequence[Outcome]) -> list[list[str]]:
    """Error by source: rows, engine, baseline; those that were calibrated on apart."""
    lines = []
    for file, group in by_file(found).items():
        for role in (Role.REPORT, Role.CALIBRATE):
            chosen = [outcome for outcome in group if outcome.row.role is role]
            if chosen:
                engine, baseline = summary([o.error for o in chosen]), summary([o.baseline_error for o in chosen])
                lines.append([file.removesuffix(".csv"), str(role), *_numbers(engine, baseline)])
    return lines


def _numbers(engine: Summary, baseline: Summary) -> list[str]:
    return [
        str(engine.n),
        f"{engine.median:.1%}",
        f"{engine.p90:.1%}",
        f"{engine.bias:+.1%}",
        f"{baseline.median:.1%}",
        f"{baseline.p90:.1%}",
    ]


def _head(rows: Sequence[Row]) -> str:
    counts = {role: sum(row.role is role for row in rows) for role in Role}
    files = len({row.file for row in rows})
    return f"""# Measured

Predicted against measured for every row of `bench/validation/rows.csv` that is not excluded, made by
`{COMMAND}`. {files} published sources, {len(rows)} rows: {counts[Role.REPORT]} reported, {counts[Role.CALIBRATE]}
calibrated on, {counts[Role.EXCLUDE]} excluded with a reason. Error = predicted / measured - 1, of the quantity as it
was published. One set of constants serves all rows. The baseline is the roofline of thirty lines in
`bench/validation/baseline.py`: FLOPs at half the peak against bytes at full bandwidth, nothing communicated.
"""


def _aims(found: Sequence[Outcome]) -> str:
    lines = [
        [name, *_numbers(summary([o.error for o in group]), summary([o.baseline_error for o in group]))]
        for name, group in aims(found).items()
    ]
    return "## In short\n\n" + _markdown(["rows", *_HEADS], lines)


def _blind(found: Sequence[Outcome], blind: Sequence[Outcome]) -> str:
    seen, unseen = aims(_reported(found)), aims(_reported(blind))
    lines = [
        [name, str(len(group)), *_sizes(summary([o.error for o in group])), *_sizes(_errors(unseen[name]))]
        for name, group in seen.items()
    ]
    heads = ["reported rows", "n", "engine median", "engine p90", "calibration rows only: median", "p90"]
    return _BLIND + _markdown(heads, lines)


def _reported(found: Sequence[Outcome]) -> list[Outcome]:
    return [outcome for outcome in found if outcome.row.role is Role.REPORT]


def _errors(group: Sequence[Outcome]) -> Summary:
    return summary([outcome.error for outcome in group])


def _sizes(size: Summary) -> list[str]:
    return [f"{size.median:.1%}", f"{size.p90:.1%}"]


def _out_of_reach() -> str:
    return "## What the engine does not reach, and why\n\n" + "\n".join(f"- {gap}" for gap in OUT_OF_REACH) + "\n"


def _tables(found: Sequence[Outcome]) -> str:
    return "## Error by source\n\n" + _markdown(["source", "rows are", *_HEADS], table(found))


def _order(order: Order, plain: Order) -> str:
    return f"""## Order in the layout search

Of the pairs of `{SWEEP}` from the same section and day whose iteration
times differ by more than 5 %, {order.right} of {order.n} ({order.share:.0%}) are predicted in the right order; the aim
is 90 %. That takes two facts that the source tells: its network reached an eighth of the catalogue's rate, and every
launch was waited for (`CUDA_LAUNCH_BLOCKING=1`). Without them {plain.right} ({plain.share:.0%}) are in order.
"""


def _constants() -> str:
    lines = [[name, words] for name, words in CONSTANTS.items()]
    intro = f"## Constants\n\n{len(lines)} constants, capped at {CAP} (`app/engine/efficiency.py`).\n\n"
    return intro + _markdown(["constant", "what it is"], lines)


def _families(found: dict[str, Summary]) -> str:
    lines = [[name, str(s.n), f"{s.median:.1%}", f"{s.p90:.1%}", f"{s.bias:+.1%}"] for name, s in found.items()]
    intro = "## Error by family\n\nRows that were not calibrated on; these are the error bars beside an estimate.\n\n"
    return intro + _markdown(["family", "n", "median", "p90", "bias"], lines)


def _excluded(rows: Sequence[Row]) -> str:
    reasons: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.role is Role.EXCLUDE:
            reasons[row.file, row.why] = reasons.get((row.file, row.why), 0) + 1
    lines = [[file.removesuffix(".csv"), str(n), why] for (file, why), n in reasons.items()]
    return "## Excluded\n\n" + _markdown(["source", "rows", "why"], lines)


def _calibrated(rows: Sequence[Row]) -> str:
    named: dict[str, list[str]] = {}
    for row in rows:
        if row.role is Role.CALIBRATE:
            named.setdefault(row.file, []).append(row.row.partition(":")[0])
    lines = [[file.removesuffix(".csv"), ", ".join(numbers)] for file, numbers in named.items()]
    return "## Calibration rows\n\nLines of the files in `bench/validation/measured`.\n\n" + _markdown(
        ["source", "lines"], lines
    )


def _every_row(found: Sequence[Outcome]) -> str:
    return "## Every row\n\n" + "\n".join(_of_one_file(file, group) for file, group in by_file(found).items())


def _of_one_file(file: str, group: Sequence[Outcome]) -> str:
    lines = [_line(outcome) for outcome in group]
    heads = ["line", "quantity", "measured", "predicted", "error", "baseline"]
    return f"### {file.removesuffix('.csv')}\n\n" + _markdown(heads, lines)


def _line(outcome: Outcome) -> list[str]:
    row = outcome.row
    mark = " *" if row.role is Role.CALIBRATE else ""
    words = _WORDS[row.quantity]
    numbers = [
        f"{row.measured:.4g}",
        f"{outcome.predicted:.4g}",
        f"{outcome.error:+.1%}",
        f"{outcome.baseline_error:+.0%}",
    ]
    return [row.row.partition(":")[0] + mark, words, *numbers]


def _markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join(_rows(heads, lines)) + "\n"


def _rows(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|" + " --- |" * len(heads)
    yield from (f"| {' | '.join(line)} |" for line in lines)
