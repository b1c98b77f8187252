"""What is said about a measured job, in sentences: the same on the page, in Markdown and on the command line."""

from app.engine.amdahl import ceiling
from app.engine.error_bars import error_bar
from app.profile.accounting import GroupTime
from app.profile.advice import IDLE, Advice, graph_gap_share, launch_share
from app.profile.analysis import Reading
from app.profile.groups import GEMM_GROUPS, KERNEL_GROUP_LABELS, Unassigned
from app.web.format import count, duration, flop_rate, percent, size_rate, times
from app.web.views.prose import Sentence, Words, capitalised

_LITTLE = 0.005
_NEARLY_ALL = 0.99


def binds_idle(reading: Reading) -> bool:
    """Whether more of the wall time is idle than any group takes, and the recording bears it out."""
    idle = reading.accounts.idle_share
    return idle is not None and idle > reading.accounts.bottleneck.share and not _lacks_kernels(reading)


def verdict(reading: Reading) -> Sentence:
    """What takes most, and what its absence would give."""
    books = reading.accounts
    if binds_idle(reading):
        idle = books.idle_share or 0.0
        return (
            Words(text="Nothing runs for "),
            Words(text=percent(idle), strong=True),
            Words(text=f" of the {_whole(reading)}: without these gaps it would be at most "),
            Words(text=times(ceiling(idle)), strong=True),
            Words(text=" faster."),
        )
    one = books.bottleneck
    if _lacks_kernels(reading):
        return (
            Words(text="For "),
            Words(text=percent(books.idle_share or 0.0), strong=True),
            Words(
                text=f" of the {_whole(reading)} no kernel is recorded, mostly inside captured graphs, where some are "
            ),
            Words(text="probably missing. Of what is recorded, "),
            Words(text=KERNEL_GROUP_LABELS[one.group], strong=True),
            Words(text=f" takes most, {percent(one.share)}: if it cost nothing, the whole would be at most "),
            Words(text=times(one.ceiling), strong=True),
            Words(text=" faster."),
        )
    return (
        Words(text=capitalised(KERNEL_GROUP_LABELS[one.group]), strong=True),
        Words(text=" takes "),
        Words(text=percent(one.share), strong=True),
        Words(text=f" of the {_whole(reading)}: if it cost nothing, the whole would be at most "),
        Words(text=times(one.ceiling), strong=True),
        Words(text=" faster."),
    )


def next_in_line(reading: Reading) -> Sentence:
    """What would bind next, and what both together allow."""
    books = reading.accounts
    first_share, second = (
        (books.idle_share or 0.0, books.bottleneck)
        if binds_idle(reading)
        else (books.bottleneck.share, books.next_bottleneck)
    )
    if second is None:
        return ()
    return (
        Words(text="Next is "),
        Words(text=KERNEL_GROUP_LABELS[second.group], strong=True),
        Words(text=f" at {percent(second.share)}: without both, at most "),
        Words(text=times(ceiling(min(first_share + second.share, 1.0))), strong=True),
        Words(text="."),
    )


def basis(reading: Reading) -> str:
    """What the shares are of."""
    profile = reading.profile
    if profile.wall_s is None:
        return "Basis: measured, share of the kernels' time; a table has no timeline."
    steps = "1 step" if profile.n_steps == 1 else f"{count(profile.n_steps)} steps"
    found = {"annotation": "found by annotation", "repetition": "found by repetition"}.get(
        profile.steps_found_by, "the whole recording"
    )
    return f"Basis: measured, share of the wall time over {steps}, {found}. Overlap is booked once."


def idle_sentence(reading: Reading) -> str:
    """Why nothing ran, as far as launches tell."""
    profile = reading.profile
    idle = reading.accounts.idle_share
    if idle is None or profile.idle is None or not profile.wall_s:
        return ""
    if profile.source.on_cpu:
        return f"Between operators, in Python and elsewhere: {percent(idle)} of the wall time."
    late, in_graphs = launch_share(reading.accounts), graph_gap_share(reading.accounts)
    graphs = f"{percent(in_graphs)} inside captured graphs, " if in_graphs else ""
    return (
        f"Idle for {percent(idle)} of the wall time in {count(profile.idle.n_gaps)} gaps: {percent(late)} because the "
        f"host had not launched what came next, {graphs}{percent(max(idle - late - in_graphs, 0))} with it launched "
        "and waiting."
    )


def critical_sentence(reading: Reading) -> str:
    """What the stream that computes most waits for."""
    stream, wall_s = reading.profile.critical, reading.profile.wall_s
    if stream is None or not wall_s or reading.profile.source.n_streams < 2:
        return ""
    return (
        f"The stream that computes most works for {percent(stream.busy_s / wall_s)} of the wall time, waits for "
        f"{percent(stream.waits_s / wall_s)} while only other streams run, and for {percent(stream.idle_s / wall_s)} "
        "while none does."
    )


def communication_sentence(reading: Reading) -> str:
    """How much of the communication hides."""
    overlap, wall_s = reading.accounts.overlap, reading.profile.wall_s
    if overlap.total_s <= 0 or not wall_s:
        return ""
    return (
        f"Communication runs for {percent(overlap.total_s / wall_s)} of the wall time: "
        f"{percent(overlap.hidden_s / overlap.total_s)} of it hides behind computation, and "
        f"{percent(overlap.exposed_s / wall_s)} of the wall time is exposed."
    )


def doubts(reading: Reading) -> tuple[str, ...]:
    """On what the answer depends: what is unassigned or unknown, and how far shares could move."""
    books = reading.accounts
    found = []
    in_graphs = graph_gap_share(books)
    if in_graphs > _LITTLE:
        found.append(
            f"{percent(in_graphs)} of the wall time passed inside captured graphs without a recorded kernel. Nothing "
            "in a graph waits for the host, so kernels are probably missing in the recording, and less is idle than it "
            "seems. Record a step without graphs to see them."
        )
    matmul, unknown = books.time_of(Unassigned.MATMUL), books.time_of(Unassigned.UNKNOWN)
    if matmul.share > _LITTLE:
        groups = sorted((books.time_of(group) for group in GEMM_GROUPS[:2]), key=lambda one: -one.share)
        ranges = ", ".join(_range(reading, one) for one in groups)
        found.append(
            f"{percent(matmul.share)} is in matmuls that the file does not tell apart: {ranges}, depending on whose "
            "they are. Record module scopes (with_stack=True), or shapes (record_shapes=True) and name the model, or "
            "assign them yourself."
        )
    if unknown.share > _LITTLE:
        found.append(f"{percent(unknown.share)} is in kernels that no rule knows; assign those that you know.")
    return tuple(found)


def use_rows(reading: Reading) -> tuple[tuple[str, str], ...]:
    """How much of the chip was used, as (label, value)."""
    rows: list[tuple[str, str]] = []
    rates = reading.rates
    if rates is not None:
        whole = rates.covered > _NEARLY_ALL
        least = "" if whole else "at least "
        covered = "" if whole else f"; shapes were recorded for {percent(rates.covered)} of the matmul time"
        rows.append(("Multiplications done", f"{least}{flop_rate(rates.flops_per_s)}{covered}"))
        if rates.mfu is not None and rates.mbu is not None:
            rows.append(("MFU, all that was executed", f"{least}{percent(rates.mfu)} of {rates.peak_name}"))
            rows.append(("MBU, tensors moved once", f"{least}{percent(rates.mbu)}, {size_rate(rates.bytes_per_s)}"))
    if reading.model_mfu is not None and reading.hardware is not None:
        doubt = ": more than it can do, so the scenario is another job" if reading.model_mfu > 1 else ""
        words = f"{percent(reading.model_mfu)} of {reading.hardware.name}{doubt}"
        rows.append(("MFU, model FLOPs of the scenario", words))
    return tuple(rows)


def advice_sentence(one: Advice) -> str:
    """A lever with what it acts on and the most that it can give."""
    target = "launch gaps" if one.target == IDLE else _label(one.target)
    predicted = "" if one.predicted is None else f"; the engine expects {times(one.predicted)} for the scenario"
    acts = f"acts on {target}, {percent(one.share)}"
    return f"{capitalised(one.lever.name)}: {acts}, so at most {times(one.bound)}{predicted}."


def validated_sentence(reading: Reading) -> str:
    """How far such predictions were from measurements."""
    if reading.comparison is None:
        return ""
    bar = error_bar(reading.comparison.predicted.scenario)
    if bar is None:
        return "Predictions of this kind were not validated against measurements."
    return (
        f"Predictions of this kind were off by {percent(bar.median)} in the median, over {count(bar.n)} measurements."
    )


def job_rows(reading: Reading) -> tuple[tuple[str, str], ...]:
    """What the file is and what was measured, as (label, value)."""
    profile, source = reading.profile, reading.profile.source
    rows = [("File", f"{source.file} ({source.format})" if source.file else source.format)]
    if source.device:
        rows.append(("Device", source.device))
    if source.world_size is not None:
        rank = f", rank {source.rank}" if source.rank is not None else ""
        rows.append(("Processes", f"{source.world_size}{rank}"))
    if profile.wall_s is not None:
        left_out = f", {profile.n_left_out} left out" if profile.n_left_out else ""
        rows.append(("Steps", f"{count(profile.n_steps)}{left_out}"))
        rows.append(("Wall time a step", duration(profile.wall_s / profile.n_steps)))
    rows.append(("Busy time a step", duration(profile.busy_s / profile.n_steps)))
    if profile.idle_s is not None:
        rows.append(("Idle time a step", duration(profile.idle_s / profile.n_steps)))
    return tuple(rows)


def _lacks_kernels(reading: Reading) -> bool:
    """Whether most of what looks idle lies inside captured graphs."""
    idle = reading.accounts.idle_share or 0.0
    in_graphs = graph_gap_share(reading.accounts)
    return in_graphs > _LITTLE and in_graphs > idle / 2


def _range(reading: Reading, one: GroupTime) -> str:
    least, most = reading.accounts.range_of(one.group)
    return f"{KERNEL_GROUP_LABELS[one.group]} between {percent(least)} and {percent(most)}"


def _label(group: str) -> str:
    return next((label for name, label in KERNEL_GROUP_LABELS.items() if name == group), group)


def _whole(reading: Reading) -> str:
    if reading.profile.wall_s is None:
        return "kernels' time"
    return "wall time" if reading.profile.steps_found_by == "whole" else "step"
