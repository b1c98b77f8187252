"""How fast the engine is, as ratios in one run, beside pip-installable peers where they are installed.

    .venv/bin/pip install mlsysim genz-llm llm-analysis    # optional: the peers; a venv of their own is cleaner
    .venv/bin/python bench/engine_speed.py                 # the table
    .venv/bin/python bench/engine_speed.py --write         # and docs/speed.md

Machines differ and are noisy: read the ratios, not the microseconds.
"""

import subprocess
import sys
import time
import timeit
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from engine_peers import peers  # noqa: E402 - the two paths above come first

from app.engine.analysis import analyze  # noqa: E402
from app.engine.mapping import scenario_from_mapping  # noqa: E402
from app.engine.scenario import Scenario  # noqa: E402
from app.engine.step import step  # noqa: E402

PAGE = HERE.parent / "docs" / "speed.md"
TURNS = 25
REPEATS = 7

DECODE = {
    "model": "llama3.1-70b",
    "hardware": "h100-sxm",
    "phase": "decode",
    "context_len": 8192,
    "batch": 64,
    "n_devices": 8,
}
TRAINING = {
    "model": "gpt3-175b",
    "hardware": "a100-80gb-sxm",
    "phase": "training",
    "seq_len": 2048,
    "n_micro_batches": 64,
    "plan": {"tp": 8, "pp": 8, "dp": 8},
}
Line = tuple[str, str, str]
Call = Callable[[], object]


def main() -> None:
    """Print the table; with --write keep it."""
    lines = [*imports(), *analyses(), *maps(), *growth()]
    for what, took, note in lines:
        print(f"{what:72} {took:>9}  {note}")
    if "--write" in sys.argv:
        PAGE.write_text(page(lines))


def imports() -> Iterator[Line]:
    """Processor time of importing the engine once NumPy is there, in fresh interpreters."""
    timed = "import time, numpy; t = time.process_time(); import {}; print(time.process_time() - t)"
    modules = "app.engine.analysis, app.engine.facts, app.engine.mapping"
    took = min(float(_printed(timed.format(modules))) for _ in range(REPEATS))
    yield "import beyond NumPy", f"{1e3 * took:.0f} ms", ""


def analyses() -> Iterator[Line]:
    """One analysis with communication, and peers in the same process: how many times longer they take."""
    own = {"decode": scenario_from_mapping(DECODE), "training": scenario_from_mapping(TRAINING)}
    asked: dict[str, Call] = {name: lambda scenario=scenario: analyze(scenario) for name, scenario in own.items()}  # type: ignore[misc]
    others = peers()
    took = _best({**asked, "reading": lambda: scenario_from_mapping(DECODE), **{n: o[2] for n, o in others.items()}})
    for name, scenario in own.items():
        n = len(analyze(scenario).components)
        yield f"one analysis, {name} of {scenario.model.name}", f"{1e6 * took[name]:.0f} us", f"{n} components"
    yield "reading a scenario from a plain mapping", f"{1e6 * took['reading']:.0f} us", ""
    for name, (question, like, _) in others.items():
        ratio = took[name] / took[like]
        yield f"{name}: {question}", f"{1e6 * took[name]:.0f} us", f"{ratio:.1f} times the engine's {like}"


def maps() -> Iterator[Line]:
    """A map of batch and context as one vectorised evaluation, and how that grows with its cells."""
    one = scenario_from_mapping(DECODE)
    calls: dict[str, Call] = {"1": lambda: step(one)}
    for side in (10, 100, 300):
        batch, context = np.meshgrid(np.geomspace(1, 512, side), np.geomspace(128, 131072, side))
        grid = one.vary("batch", batch).vary("context_len", context)  # type: ignore[arg-type]
        calls[str(side)] = lambda grid=grid: step(grid)  # type: ignore[misc]
    took = _best(calls)
    for side in (10, 100, 300):
        ratio = side**2 * took["1"] / took[str(side)]
        yield f"map of {side} x {side} situations", f"{1e3 * took[str(side)]:.1f} ms", f"{ratio:.0f} times one by one"


def growth() -> Iterator[Line]:
    """How the cost of one analysis grows with layers, devices and length: it should not."""
    asked = {
        "eight layers, one device": _shaped(n_layers=8),
        "8 -> 128 layers": _shaped(n_layers=128),
        "2,048 -> 131,072 tokens": _shaped(n_layers=8, seq_len=131_072),
        "1 -> 4,096 replicas": _shaped(n_layers=8, dp=4096),
        "1 -> 32,768 devices: tensor, pipeline and data parallel": _shaped(n_layers=8, tp=8, pp=8, dp=512),
    }
    took = _best({name: lambda scenario=scenario: analyze(scenario) for name, scenario in asked.items()})  # type: ignore[misc]
    (first, base), *rest = took.items()
    yield f"one analysis, training, {first}", f"{1e6 * base:.0f} us", ""
    for name, seconds in rest:
        yield f"the same, {name}", f"{1e6 * seconds:.0f} us", f"{seconds / base:.2f} times"


def page(lines: list[Line]) -> str:
    """The table as Markdown."""
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"""# Speed

Made by `bench/engine_speed.py --write`: the least processor time of {TURNS} turns, all in one process. Peers come
from PyPI and are asked a comparable question. Machines differ: read the ratios. mlsysim's serving model knows no
communication and no components but weights and cache, GenZ builds tables of operators, llm-analysis counts a step
without kernels.

| what | took | |
| --- | --- | --- |
{table}

An analysis costs what its distinct kernels cost: layers that are alike are counted, not repeated, and a device more is
a factor in a formula, so neither layers nor devices nor the length of a sequence change it; a further kind of
parallelism adds the few microseconds of its collective. A map costs one pass over arrays of its cells.
"""


def _shaped(*, n_layers: int, seq_len: int = 2048, **plan: int) -> Scenario:
    shape = {"d_model": 4096, "n_heads": 32, "n_kv_heads": 8, "d_head": 128, "d_ff": 14336, "vocab_size": 128256}
    return scenario_from_mapping(
        {
            "model": {**shape, "n_layers": n_layers, "gated": True},
            "hardware": "h100-sxm",
            "phase": "training",
            "seq_len": seq_len,
            "n_micro_batches": 8,
            "plan": plan,
        }
    )


def _best(calls: dict[str, Call]) -> dict[str, float]:
    """Least processor time of each call [s]: they take turns, so that a busy machine slows all of them alike."""
    timers = {name: timeit.Timer(call, timer=time.process_time) for name, call in calls.items()}
    numbers = {name: max(1, round(0.02 / timer.timeit(1))) for name, timer in timers.items()}
    rounds = [
        {name: timer.timeit(numbers[name]) / numbers[name] for name, timer in timers.items()} for _ in range(TURNS)
    ]
    return {name: min(took[name] for took in rounds) for name in calls}


def _printed(line: str) -> str:
    done = subprocess.run([sys.executable, "-c", line], check=True, cwd=HERE.parent, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    main()
