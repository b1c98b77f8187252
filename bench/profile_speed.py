"""How long a large trace takes and how much memory: `python bench/profile_speed.py [MEGABYTES] [TRACE.json.gz]`.

A trace of the size asked for is made by repeating a real one in time, and read in a process of its own, so that the
memory told is that of reading alone. The aim: 100 MB in 20 s and 500 MB on two cores.
"""

import gzip
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

REAL = Path(__file__).parents[1] / "tests" / "profile" / "data" / "a100_train_three_steps.json.gz"
AIM_S, AIM_MB = 20.0, 500.0


def main() -> int:
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 100.0
    real = Path(sys.argv[2]) if len(sys.argv) > 2 else REAL
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "trace.json"
        n_events = repeat(json.loads(gzip.decompress(real.read_bytes())), made, megabytes * 1e6)
        print(f"{made.stat().st_size / 1e6:.0f} MB, {n_events:,} events, {os.cpu_count()} cores")
        seconds, resident = read_apart(made)
        print(f"read and summarised in {seconds:.1f} s (aim {AIM_S:.0f} s)")
        print(f"resident at most {resident:.0f} MB (aim {AIM_MB:.0f} MB)")
    return 0 if seconds <= AIM_S and resident <= AIM_MB else 1


def repeat(trace: dict[str, Any], target: Path, size: float) -> int:
    """Write the trace again and again, each time later and with launches of its own; returns the number of events."""
    events = trace["traceEvents"]
    start = min(event["ts"] for event in events if "ts" in event)
    end = max(event["ts"] + event.get("dur", 0) for event in events if "ts" in event)
    n = 0
    head = {key: value for key, value in trace.items() if key != "traceEvents"}
    with target.open("w") as file:
        file.write(json.dumps(head)[:-1] + ', "traceEvents": [\n')
        while file.tell() < size:
            shift = n // len(events)
            lines = [json.dumps(later(event, shift, end - start)) for event in events]
            file.write(("" if n == 0 else ",\n") + ",\n".join(lines))
            n += len(events)
        file.write("]}")
    return n


def later(event: dict[str, Any], turn: int, span: float) -> dict[str, Any]:
    args = dict(event.get("args", {}))
    if "correlation" in args:
        args["correlation"] += turn * 10_000_000
    if "Sequence number" in args:
        args["Sequence number"] += turn * 1_000_000
    name = event["name"]
    if name.startswith("ProfilerStep#"):
        name = f"ProfilerStep#{int(name.partition('#')[2]) + 100 * turn}"
    moved = {"ts": event["ts"] + turn * span} if "ts" in event else {}
    return {**event, "name": name, **moved, **({"args": args} if args else {})}


def read_apart(trace: Path) -> tuple[float, float]:
    """Seconds and megabytes of a process that reads the trace and does nothing else."""
    done = subprocess.run([sys.executable, __file__, "--read", str(trace)], check=True, capture_output=True, text=True)
    seconds, resident = done.stdout.split()
    return float(seconds), float(resident)


def read_here(trace: Path) -> None:
    from app.profile.analysis import read
    from app.profile.findings import findings
    from app.profile_files.reading import read_profile

    start = time.perf_counter()
    with trace.open("rb") as file:
        findings(read(read_profile(file, name=trace.name)))
    seconds = time.perf_counter() - start
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        read_here(Path(sys.argv[2]))
    else:
        raise SystemExit(main())
