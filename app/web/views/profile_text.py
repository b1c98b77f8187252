"""A reading as text: lines for a terminal, and Markdown for a report."""

from collections.abc import Iterable, Sequence

from app.profile.analysis import Reading
from app.profile.classify import EVIDENCE_LABELS, Evidence
from app.profile.comparison import Difference
from app.profile.findings import evidence_shares
from app.profile.groups import KERNEL_GROUP_LABELS
from app.web.format import count, duration, percent, times
from app.web.views import profile_sentences as sentences
from app.web.views.prose import plain

_MOST_KERNELS = 20
_MOST_LEVERS = 5


def profile_lines(reading: Reading) -> list[str]:
    """The findings for a terminal."""
    head, *rows = _group_rows(reading)
    lines = [f"{label}: {value}" for label, value in sentences.job_rows(reading)]
    lines += ["", _columns(head), *(_columns(row) for row in rows), ""]
    lines += _said(reading)
    if reading.comparison is not None:
        lines += ["", _columns(_comparison_head())]
        for one in (reading.comparison.step, *reading.comparison.groups):
            lines += [_columns(_comparison_row(one)), *(f"  {reason}" for reason in one.reasons)]
    lines += ["", "Try first:", *(f"  {sentences.advice_sentence(one)}" for one in reading.advice[:_MOST_LEVERS])]
    return lines


def profile_markdown(reading: Reading) -> str:
    """The findings as a Markdown document."""
    head, *rows = _group_rows(reading)
    kernels = [
        (
            f"`{row.name}`",
            KERNEL_GROUP_LABELS[row.group],
            _evidence(row.evidence, row.detail),
            count(row.calls),
            duration(row.time_s),
        )
        for row in reading.profile.rows[:_MOST_KERNELS]
    ]
    parts = [
        "# Where the time went",
        plain(sentences.verdict(reading)) + " " + plain(sentences.next_in_line(reading)),
        *_table(("", ""), sentences.job_rows(reading)),
        "## By component",
        *_table(head, rows),
        *(f"- {line}" for line in _said(reading)[1:]),
        "",
    ]
    if reading.comparison is not None:
        parts += ["## Beside the engine's prediction", *_table(_comparison_head(), _comparison_rows(reading))]
    parts += [
        "## What to try first",
        *(f"- {sentences.advice_sentence(one)}" for one in reading.advice[:_MOST_LEVERS]),
        "",
    ]
    shares = evidence_shares(reading.accounts).items()
    found = [(EVIDENCE_LABELS[Evidence(word)], percent(share)) for word, share in shares]
    parts += ["## Found by", *_table(("Evidence", "of busy time"), found)]
    parts += ["## Kernels", *_table(("Kernel", "Component", "Found by", "Calls", "Time"), kernels)]
    return "\n".join(parts).rstrip() + "\n"


def _said(reading: Reading) -> list[str]:
    found = [
        f"{plain(sentences.verdict(reading))} {plain(sentences.next_in_line(reading))}".strip(),
        sentences.basis(reading),
        sentences.communication_sentence(reading),
        sentences.idle_sentence(reading),
        sentences.critical_sentence(reading),
        *sentences.doubts(reading),
        *(f"{label}: {value}." for label, value in sentences.use_rows(reading)),
        *reading.profile.notes,
    ]
    return [line for line in found if line]


def _group_rows(reading: Reading) -> list[tuple[str, ...]]:
    books, n_steps = reading.accounts, reading.profile.n_steps
    timeline = reading.profile.wall_s is not None
    head = ("Component", "a step", *(("of wall",) if timeline else ()), "of busy", "ceiling", "calls a step")
    rows = [
        (
            KERNEL_GROUP_LABELS[one.group],
            duration(one.time_s / n_steps),
            *((percent(one.share_of_wall or 0.0),) if timeline else ()),
            percent(one.share_of_busy),
            times(one.ceiling),
            count(one.calls / n_steps),
        )
        for one in books.groups
    ]
    if timeline and books.idle_share is not None:
        idle_s = (reading.profile.idle_s or 0.0) / n_steps
        rows.append(("idle", duration(idle_s), percent(books.idle_share), "", "", ""))
    return [head, *rows]


def _comparison_head() -> tuple[str, ...]:
    return ("Component", "measured", "engine", "measured / engine")


def _comparison_rows(reading: Reading) -> Iterable[tuple[str, ...]]:
    assert reading.comparison is not None
    for one in (reading.comparison.step, *reading.comparison.groups):
        row = _comparison_row(one)
        yield (*row[:-1], " ".join((row[-1], *one.reasons)))


def _comparison_row(one: Difference) -> tuple[str, ...]:
    label = "the step" if one.group is None else KERNEL_GROUP_LABELS[one.group]
    return (label, duration(one.measured_s), duration(one.predicted_s), times(one.ratio))


def _evidence(evidence: Evidence, detail: str) -> str:
    return f"{EVIDENCE_LABELS[evidence]}: {detail}" if detail else EVIDENCE_LABELS[evidence]


def _columns(cells: Sequence[str]) -> str:
    return f"{cells[0]:26}" + "".join(f"{cell:>14}" for cell in cells[1:])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(_cell(cell) for cell in head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    return ["", *lines, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
