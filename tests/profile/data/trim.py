"""Trims a trace of torch.profiler to the events and fields that are read: a tenth of the size, the same profile.

    python trim.py TRACE.json.gz OUT.json.gz [FIRST_STEP LAST_STEP]

With steps, what ran on the device before their first work or after their last goes, and host events outside them
that launched none of what stays.
"""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

FIELDS = ("ph", "cat", "name", "pid", "tid", "ts", "dur")
ARGS = ("correlation", "stream", "device", "bytes", "Input Dims", "Input type", "Sequence number", "Fwd thread id")
KEPT = {"kernel", "gpu_memcpy", "gpu_memset", "cuda_runtime", "cuda_driver", "cpu_op", "user_annotation"}


def trimmed(text: str, steps: tuple[int, int] | None = None) -> str:
    trace = json.loads(text)
    events = [event for event in trace["traceEvents"] if is_read(event)]
    if steps is not None:
        events = within(events, steps)
    whole = {key: trace[key] for key in ("schemaVersion", "distributedInfo") if key in trace}
    whole["deviceProperties"] = [{"name": one["name"]} for one in trace.get("deviceProperties", [])]
    whole["traceEvents"] = [small(event) for event in events]
    return json.dumps(whole, separators=(",", ":"))


def is_read(event: dict[str, Any]) -> bool:
    if event.get("ph") != "X":
        return False
    return event.get("cat") in KEPT or str(event.get("name", "")).startswith("nn.Module: ")


def within(events: list[dict[str, Any]], steps: tuple[int, int]) -> list[dict[str, Any]]:
    names = {f"ProfilerStep#{number}" for number in range(steps[0], steps[1] + 1)}
    spans = [event for event in events if event["name"] in names]
    start, end = min(e["ts"] for e in spans), max(e["ts"] + e["dur"] for e in spans)
    on_host = [e for e in events if not is_on_device(e) and start <= e["ts"] < end]
    launched = {e["args"].get("correlation") for e in on_host if "correlation" in e.get("args", {})}
    on_device = [e for e in events if is_on_device(e)]
    theirs = [e for e in on_device if e["args"].get("correlation") in launched]
    first, last = min(e["ts"] for e in theirs), max(e["ts"] + e["dur"] for e in theirs)
    on_device = [e for e in on_device if first <= e["ts"] <= last]
    ran = {e["args"].get("correlation") for e in on_device} - launched
    earlier = [e for e in events if e.get("cat") == "cuda_runtime" and e.get("args", {}).get("correlation") in ran]
    return earlier + on_host + on_device


def is_on_device(event: dict[str, Any]) -> bool:
    return event["cat"] in ("kernel", "gpu_memcpy", "gpu_memset")


def small(event: dict[str, Any]) -> dict[str, Any]:
    args = event.get("args", {})
    kept = {name: args[name] for name in ARGS if name in args}
    if "scaled_dot_product" in event["name"] and "Concrete Inputs" in args:
        kept["Concrete Inputs"] = args["Concrete Inputs"]
    return {**{name: event[name] for name in FIELDS if name in event}, **({"args": kept} if kept else {})}


if __name__ == "__main__":
    source, target, *numbers = sys.argv[1:]
    text = gzip.decompress(Path(source).read_bytes()).decode()
    out = trimmed(text, (int(numbers[0]), int(numbers[1])) if numbers else None)
    with gzip.GzipFile(target, "wb", mtime=0) as file:
        file.write(out.encode())
