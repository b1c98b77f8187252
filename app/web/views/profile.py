"""The profile page: the form, and everything that is said about one measured job."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.db.profiles import KeptProfile
from app.engine.amdahl import speedup
from app.engine.catalog import HARDWARE, MODELS
from app.engine.workload import Phase
from app.profile.advice import Advice
from app.profile.analysis import Reading
from app.profile.classify import EVIDENCE_LABELS, Evidence
from app.profile.comparison import Difference
from app.profile.findings import evidence_shares
from app.profile.groups import KERNEL_GROUP_LABELS, KERNEL_GROUPS, KernelGroup, Unassigned
from app.profile.report import profile_to_mapping
from app.web.format import count, duration, percent, times
from app.web.parts import Choice, NumbersTable
from app.web.plots.bars import Part, ShareBars, share_bars
from app.web.plots.line import Line, LinePlot, line_plot
from app.web.profile_form import FIELDS, Job
from app.web.views import profile_sentences as sentences
from app.web.views.prose import Sentence

_FACTORS = tuple(2 ** (i / 4) for i in range(21))
_CURVES = 5
_MOST_LEVERS = 6
_FIRST_KERNELS, _MOST_KERNELS = 15, 100
_SHORT: dict[KernelGroup, str] = {Unassigned.MATMUL: "matmul"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobForm:
    """What the job is: the fields, what was typed into them, and what is wrong."""

    values: dict[str, str]
    models: tuple[Choice, ...]
    chips: tuple[Choice, ...]
    phases: tuple[Choice, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelView:
    """One row of the kernel table, with the select that moves it."""

    number: int
    name: str
    group: str
    found_by: str
    calls: str
    time: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceView:
    """One line of the comparison with the engine."""

    label: str
    measured: str
    predicted: str
    ratio: str
    is_far: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """Everything that is said about one job, and the summary that the next form carries along."""

    verdict: Sentence
    next_in_line: Sentence
    basis: str
    job: tuple[tuple[str, str], ...]
    use: tuple[tuple[str, str], ...]
    bars: ShareBars
    plot: LinePlot
    plot_sentence: str
    table: NumbersTable
    lines: tuple[str, ...]
    doubts: tuple[str, ...]
    notes: tuple[str, ...]
    levers: tuple[str, ...]
    comparison: tuple[DifferenceView, ...]
    validated: str
    found_by: tuple[tuple[str, str], ...]
    kernels: tuple[KernelView, ...]
    shorter: tuple[KernelView, ...]
    n_more: int
    groups: tuple[Choice, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """The page: the form, what is wrong with the file, a result if there is one, and what the visitor keeps."""

    form: JobForm
    limit: str
    problem: str = ""
    result: ResultView | None = None
    kept: str = ""
    """The path of the summary, where it is kept."""
    may_delete: bool = False
    mine: tuple[tuple[str, str], ...] = ()
    """(path, words) of the summaries that the visitor keeps."""


def profile_form(job: Job | None = None, *, values: dict[str, str] | None = None) -> JobForm:
    """The fields that say what the job is."""
    typed = dict.fromkeys(FIELDS, "") | dict(job.values if job is not None else {}) | (values or {})
    return JobForm(
        values=typed,
        models=_choices("not said", ((slug, model.name) for slug, model in MODELS.items())),
        chips=_choices("as the file says", ((slug, chip.name) for slug, chip in HARDWARE.items())),
        phases=tuple(Choice(value=str(phase), label=str(phase)) for phase in Phase),
        problem=job.problem if job is not None else "",
    )


def result_view(reading: Reading) -> ResultView:
    """A reading as the page shows it."""
    lines = (
        sentences.communication_sentence(reading),
        sentences.idle_sentence(reading),
        sentences.critical_sentence(reading),
    )
    curves, kernels = _curves(reading), _kernels(reading)
    return ResultView(
        verdict=sentences.verdict(reading),
        next_in_line=sentences.next_in_line(reading),
        basis=sentences.basis(reading),
        job=sentences.job_rows(reading),
        use=sentences.use_rows(reading),
        bars=_bars(reading),
        plot=line_plot(curves, x_title="component speed-up"),
        plot_sentence=f"Speed-up of the whole against that of a component. {'; '.join(line.end for line in curves)}.",
        table=_table(reading),
        lines=tuple(line for line in lines if line),
        doubts=sentences.doubts(reading),
        notes=reading.profile.notes,
        levers=tuple(sentences.advice_sentence(one) for one in _distinct(reading.advice)[:_MOST_LEVERS]),
        comparison=_comparison(reading),
        validated=sentences.validated_sentence(reading),
        found_by=_evidence(reading),
        kernels=kernels[:_FIRST_KERNELS],
        shorter=kernels[_FIRST_KERNELS:],
        n_more=max(len(reading.profile.rows) - _MOST_KERNELS, 0),
        groups=tuple(Choice(value=str(group), label=KERNEL_GROUP_LABELS[group]) for group in KERNEL_GROUPS),
        summary=json.dumps(profile_to_mapping(reading.profile), ensure_ascii=False, separators=(",", ":")),
    )


def kept_links(kept: Sequence[KeptProfile]) -> tuple[tuple[str, str], ...]:
    """The summaries that a person keeps, as (path, words)."""
    return tuple((f"/profile/{one.id}", _kept_words(one)) for one in kept)


def _kept_words(one: KeptProfile) -> str:
    source = one.summary.get("source", {})
    name = source.get("file") or source.get("device") or "a profile"
    return f"{name}, kept on {one.created_at:%Y-%m-%d}"


def _choices(none: str, pairs: object) -> tuple[Choice, ...]:
    known = sorted(pairs, key=lambda pair: pair[1])  # type: ignore[call-overload]
    return (Choice(value="", label=none), *(Choice(value=slug, label=name) for slug, name in known))


def _bars(reading: Reading) -> ShareBars:
    """Wall above busy time; without a timeline the busy time alone."""
    books, timeline = reading.accounts, reading.profile.wall_s is not None
    idle_binds = sentences.binds_idle(reading)
    parts = [
        Part(
            label=KERNEL_GROUP_LABELS[one.group],
            short=_SHORT.get(one.group, ""),
            shares=(one.share, one.share_of_busy) if timeline else (one.share_of_busy,),
            binds=one.group is books.bottleneck.group and not idle_binds,
        )
        for one in books.groups
    ]
    if timeline:
        parts.append(Part(label="idle", shares=(books.idle_share or 0.0, 0.0), binds=idle_binds))
    return share_bars(parts, names=("Wall time", "Busy time") if timeline else ("Kernels' time",))


def _curves(reading: Reading) -> list[Line]:
    books = reading.accounts
    shares = [(KERNEL_GROUP_LABELS[one.group], one.share, one.group is books.bottleneck.group) for one in books.groups]
    if sentences.binds_idle(reading):
        shares = [("idle", books.idle_share or 0.0, True), *((label, share, False) for label, share, _ in shares)]
    return [
        Line(
            end=f"{label}, stops at {times(1 / (1 - share)) if share < 1 else '∞'}",
            points=tuple((factor, speedup(share, factor)) for factor in _FACTORS),
            binds=binds,
        )
        for label, share, binds in shares[:_CURVES]
    ]


def _table(reading: Reading) -> NumbersTable:
    books, n_steps = reading.accounts, reading.profile.n_steps
    timeline = reading.profile.wall_s is not None
    head = ("Component", "time a step", *(("of wall time",) if timeline else ()), "of busy time", "ceiling")
    rows = [
        (
            KERNEL_GROUP_LABELS[one.group],
            duration(one.time_s / n_steps),
            *((percent(one.share_of_wall or 0.0),) if timeline else ()),
            percent(one.share_of_busy),
            times(one.ceiling),
            duration(one.kernel_s / n_steps),
            count(round(one.calls / n_steps)),
        )
        for one in books.groups
    ]
    if timeline:
        idle_s = (reading.profile.idle_s or 0.0) / n_steps
        rows.append(("idle", duration(idle_s), percent(books.idle_share or 0.0), "–", "–", "–", "–"))
    binding = len(rows) - 1 if sentences.binds_idle(reading) else 0
    return NumbersTable(
        caption="One step, by component; overlap is booked once, the sum of launches beside it",
        head=(*head, "all launches", "calls"),
        rows=tuple(rows),
        binding=binding,
    )


def _evidence(reading: Reading) -> tuple[tuple[str, str], ...]:
    shares = evidence_shares(reading.accounts).items()
    return tuple((EVIDENCE_LABELS[Evidence(word)], f"{percent(share)} of the busy time") for word, share in shares)


def _distinct(found: Sequence[Advice]) -> list[Advice]:
    """Each lever once, where it acts on most."""
    first: dict[str, Advice] = {}
    for one in found:
        first.setdefault(one.lever.id, one)
    return list(first.values())


def _comparison(reading: Reading) -> tuple[DifferenceView, ...]:
    if reading.comparison is None:
        return ()
    return tuple(_difference(one) for one in (reading.comparison.step, *reading.comparison.groups))


def _difference(one: Difference) -> DifferenceView:
    return DifferenceView(
        label="The step" if one.group is None else KERNEL_GROUP_LABELS[one.group],
        measured=duration(one.measured_s),
        predicted=duration(one.predicted_s),
        ratio=times(one.ratio),
        is_far=one.is_far,
        reasons=one.reasons,
    )


def _kernels(reading: Reading) -> tuple[KernelView, ...]:
    books, profile = reading.accounts, reading.profile
    return tuple(
        KernelView(
            number=number,
            name=row.name,
            group=str(row.group),
            found_by=_found_by(row.evidence, row.detail, row.sizes),
            calls=count(row.calls),
            time=duration(row.time_s),
            share=percent(books.row_s[number] / profile.busy_s),
        )
        for number, row in enumerate(profile.rows[:_MOST_KERNELS])
    )


def _found_by(evidence: Evidence, detail: str, sizes: tuple[int, int, int, int] | None) -> str:
    words = EVIDENCE_LABELS[evidence] + (f": {detail}" if detail else "")
    return words if sizes is None else f"{words}; {' × '.join(count(size) for size in sizes[1:])}"
