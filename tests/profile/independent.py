"""A second count of the same traces, naive on purpose: it walks sorted boundaries with a counter and shares no code."""

from collections import defaultdict

DEVICE = ("kernel", "gpu_memcpy", "gpu_memset")


def on_device(events):
    return [e for e in events if e.get("ph") == "X" and e.get("cat") in DEVICE]


def on_cpu(events):
    return [e for e in events if e.get("ph") == "X" and e.get("cat") == "cpu_op"]


def busy_us(events, window):
    """Time in the window during which at least one event runs."""
    return _covered([(e["ts"], e["ts"] + e["dur"]) for e in events], window)


def both_us(some, others, window):
    """Time in the window during which one of each runs: by inclusion and exclusion."""
    return busy_us(some, window) + busy_us(others, window) - busy_us([*some, *others], window)


def sums_by_name(events, window):
    """Durations by name, as far as they lie in the window."""
    sums = defaultdict(float)
    for event in events:
        start, end = max(event["ts"], window[0]), min(event["ts"] + event["dur"], window[1])
        sums[event["name"]] += max(end - start, 0)
    return dict(sums)


def own_time_by_name(events, window):
    """Durations of nested operators without those inside them, by name; a walk with a stack, thread by thread."""
    sums = defaultdict(float)
    threads = defaultdict(list)
    for event in events:
        threads[event["tid"]].append(event)
    for of_thread in threads.values():
        stack = []
        for event in sorted(of_thread, key=lambda e: (e["ts"], -e["dur"])):
            while stack and stack[-1]["ts"] + stack[-1]["dur"] <= event["ts"]:
                stack.pop()
            length = _within(event["ts"], event["ts"] + event["dur"], window)
            sums[event["name"]] += length
            if stack:
                outer = stack[-1]
                sums[outer["name"]] -= _within(
                    event["ts"], min(event["ts"] + event["dur"], outer["ts"] + outer["dur"]), window
                )
            stack.append(event)
    return dict(sums)


def gaps_in_graphs(events, window):
    """Stretches over 50 microseconds without a kernel that end in one of a graph launched before, event by event."""
    launched = {
        e["args"]["correlation"]: (e["name"], e["ts"] + e["dur"])
        for e in events
        if e.get("cat") == "cuda_runtime" and "correlation" in e.get("args", {})
    }
    total, end = 0.0, window[0]
    for event in sorted(on_device(events), key=lambda e: e["ts"]):
        name, at = launched.get(event["args"].get("correlation"), ("", 0))
        empty = min(event["ts"], window[1]) - max(end, at)
        if name == "cudaGraphLaunch" and empty > 50:
            total += empty
        end = max(end, event["ts"] + event["dur"])
    return total


def _within(start, end, window):
    return max(min(end, window[1]) - max(start, window[0]), 0)


def _covered(intervals, window):
    changes = []
    for start, end in intervals:
        start, end = max(start, window[0]), min(end, window[1])
        if end > start:
            changes += [(start, 1), (end, -1)]
    running, since, total = 0, 0.0, 0.0
    for at, change in sorted(changes):
        if running > 0:
            total += at - since
        since = at
        running += change
    return total
