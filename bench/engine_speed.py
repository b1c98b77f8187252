"""How fast the engine is, as ratios in one run, beside a pip-installable peer when it is there.

    .venv/bin/pip install mlsysim        # optional: the peer
    .venv/bin/python bench/engine_speed.py

Machines differ and are noisy: read the ratios, not the microseconds.
"""

import subprocess
import sys
import time
import timeit
from collections.abc import Callable

import numpy as np

REPEATS = 7


def main() -> None:
    """Print the table."""
    cold_import()
    analysis = full_analysis()
    peer_ratio(analysis)
    a_map(analysis)
    growth()


def cold_import() -> None:
    """Import time beyond NumPy, in fresh interpreters."""
    numpy_s = _import_s("import numpy")
    engine_s = _import_s("import numpy, app.engine.analysis, app.engine.facts, app.engine.mapping")
    print(f"import beyond NumPy            {1e3 * (engine_s - numpy_s):8.0f} ms  (NumPy itself {1e3 * numpy_s:.0f} ms)")


def full_analysis() -> float:
    """One analysis with communication: 70B decode on eight devices, tensor parallel."""
    from app.engine.analysis import analyze

    scenario = _decode()
    seconds = _best(lambda: analyze(scenario))
    print(f"one full analysis              {1e6 * seconds:8.0f} µs  ({len(analyze(scenario).components)} components)")
    return seconds


def peer_ratio(own: float) -> None:
    """The same model, chip and batch in mlsysim's serving model."""
    try:
        from mlsysim import Hardware, Models
        from mlsysim.solvers import ServingModel
    except ImportError:
        print("mlsysim is not installed: no ratio")
        return
    model, hardware, solver = Models.Language.Llama3_70B, Hardware.Cloud.H100, ServingModel()
    seconds = _best(lambda: solver.solve(model, hardware, seq_len=8192, batch_size=64))
    print(f"mlsysim serving model          {1e6 * seconds:8.0f} µs  ({seconds / own:.1f} times ours)")


def a_map(own: float) -> None:
    """A 100 x 100 map of batch and context as one vectorised evaluation."""
    from app.engine.step import step

    batch, context = np.meshgrid(np.geomspace(1, 512, 100), np.geomspace(128, 131072, 100))
    grid = _decode().vary("batch", batch).vary("context_len", context)  # type: ignore[arg-type]
    seconds = _best(lambda: step(grid))
    print(
        f"100 x 100 map                  {1e3 * seconds:8.1f} ms"
        f"  ({1e4 * own / seconds:.0f} times faster than one by one)"
    )


def growth() -> None:
    """How the cost of one analysis grows with layers and devices: it should not."""
    from app.engine.analysis import analyze

    base = _best(lambda: analyze(_training(n_layers=8, dp=1)))
    for name, scenario in (
        ("8 -> 128 layers", _training(n_layers=128, dp=1)),
        ("1 -> 4,096 replicas", _training(n_layers=8, dp=4096)),
    ):
        print(f"{name:30} {_best(lambda scenario=scenario: analyze(scenario)) / base:8.2f} times the cost")  # type: ignore[misc]


def _decode() -> "Scenario":  # noqa: F821
    from app.engine.mapping import scenario_from_mapping

    return scenario_from_mapping(
        {
            "model": "llama3.1-70b",
            "hardware": "h100-sxm",
            "phase": "decode",
            "context_len": 8192,
            "batch": 64,
            "n_devices": 8,
        }
    )


def _training(*, n_layers: int, dp: int) -> "Scenario":  # noqa: F821
    from app.engine.mapping import scenario_from_mapping

    shape = {"d_model": 4096, "n_heads": 32, "n_kv_heads": 8, "d_head": 128, "d_ff": 14336, "vocab_size": 128256}
    return scenario_from_mapping(
        {
            "model": {**shape, "n_layers": n_layers, "gated": True},
            "hardware": "h100-sxm",
            "phase": "training",
            "seq_len": 4096,
            "plan": {"dp": dp},
        }
    )


def _best(work: Callable[[], object]) -> float:
    timer = timeit.Timer(work)
    number, _ = timer.autorange()
    return min(timer.repeat(repeat=REPEATS, number=max(1, number // 4))) / max(1, number // 4)


def _import_s(line: str) -> float:
    def once() -> float:
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", line], check=True)
        return time.perf_counter() - start

    return min(once() for _ in range(REPEATS))


if __name__ == "__main__":
    main()
