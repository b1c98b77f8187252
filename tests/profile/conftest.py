"""Traces made by hand: what ran when, on which stream, launched from where."""

import gzip
import io
import json
from pathlib import Path

import pytest

from app.profile_files.reading import read_profile

DATA = Path(__file__).parent / "data"


class Job:
    """Events of a torch.profiler trace as they are added [µs]; kernels are launched `lag` before they start."""

    def __init__(self):
        self.events = []
        self.device_names = ["NVIDIA A100-SXM4-80GB"]
        self._correlation = 0

    def kernel(self, name, start, duration, *, stream=7, launched=None, category="kernel", device=0, **args):
        self._correlation += 1
        at = start - 10 if launched is None else launched
        self._add("cuda_runtime", "cudaLaunchKernel", at, 5, tid=1, correlation=self._correlation)
        ids = {"correlation": self._correlation, "device": device, "stream": stream}
        self._add(category, name, start, duration, pid=device, tid=stream, **ids, **args)
        return self

    def graph(self, *kernels, launched, stream=7):
        """A captured graph, launched as one; kernels as (name, start, duration)."""
        self._correlation += 1
        self._add("cuda_runtime", "cudaGraphLaunch", launched, 5, tid=1, correlation=self._correlation)
        ids = {"correlation": self._correlation, "device": 0, "stream": stream}
        for name, start, duration in kernels:
            self._add("kernel", name, start, duration, pid=0, tid=stream, **ids)
        return self

    def operator(self, name, start, duration, *, tid=1, **args):
        self._add("cpu_op", name, start, duration, tid=tid, **args)
        return self

    def module(self, name, start, duration, *, tid=1):
        self._add("python_function", f"nn.Module: {name}_0", start, duration, tid=tid)
        return self

    def annotation(self, name, start, duration, *, tid=1):
        self._add("user_annotation", name, start, duration, tid=tid)
        return self

    def json(self):
        devices = [{"id": at, "name": name} for at, name in enumerate(self.device_names)]
        return json.dumps({"deviceProperties": devices, "traceEvents": self.events}).encode()

    def profile(self):
        return read_profile(io.BytesIO(self.json()), name="made.json")

    def _add(self, category, name, start, duration, *, pid=100, tid=1, **args):
        event = {"ph": "X", "cat": category, "name": name, "pid": pid, "tid": tid, "ts": start, "dur": duration}
        self.events.append({**event, "args": args} if args else event)


@pytest.fixture
def job():
    return Job()


@pytest.fixture
def load():
    """A profile of one of the recorded traces."""

    def of(name):
        with (DATA / f"{name}.json.gz").open("rb") as file:
            return read_profile(file, name=name)

    return of


@pytest.fixture
def raw():
    """The events of one of the recorded traces as they stand in the file."""

    def of(name):
        return json.loads(gzip.decompress((DATA / f"{name}.json.gz").read_bytes()))["traceEvents"]

    return of
