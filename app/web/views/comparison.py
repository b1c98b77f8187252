"""Two situations side by side: how much sooner the second is, and where the time went, component by component."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.analysis import Analysis
from app.engine.studies.compare import Comparison, Difference, compare
from app.web.format import count, duration, times
from app.web.parts import NumbersTable
from app.web.plots.waterfall import Change, Waterfall, waterfall
from app.web.views.prose import Sentence, Words

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """The comparison as the page shows it."""

    sentence: Sentence
    basis: str
    plot: Waterfall
    table: NumbersTable


def comparison_view(first: Analysis, second: Analysis) -> ComparisonView:
    """From the first situation, A, to the second, B."""
    found = compare(first.scenario, second.scenario)
    moved = [part for part in found.differences if part.difference_s][:_SHOWN]
    return ComparisonView(
        sentence=_sentence(found, moved),
        basis=f"A step makes {count(found.tokens_before)} new tokens in A, {count(found.tokens_after)} in B.",
        plot=waterfall([Change(label=_label(part), by=part.difference_s) for part in moved]),
        table=NumbersTable(
            caption="From A to B, the largest difference first",
            head=("Component", "A", "B", "difference", "why"),
            rows=tuple(_row(part) for part in moved),
        ),
    )


# Private


def _sentence(found: Comparison, moved: Sequence[Difference]) -> Sentence:
    words = [
        Words(text="For the same number of tokens B is "),
        Words(text=_ratio(found.speedup), strong=True),
        Words(text=f": a step takes {duration(found.after_s)} instead of {duration(found.before_s)}."),
    ]
    if moved:
        words.append(
            Words(text=f" The largest difference is the {_label(moved[0])}: {_signed(moved[0].difference_s)}.")
        )
    return tuple(words)


def _ratio(speedup: float) -> str:
    if abs(speedup - 1) < 0.0005:
        return "as fast as A"
    return f"{times(speedup)} as fast" if speedup > 1 else f"{times(1 / speedup)} slower"


def _row(part: Difference) -> tuple[str, ...]:
    causes = "; ".join(cause.words for cause in part.causes)
    return (_label(part), duration(part.before_s), duration(part.after_s), _signed(part.difference_s), causes)


def _signed(seconds: float) -> str:
    return f"{'−' if seconds < 0 else '+'}{duration(abs(seconds))}"


def _label(part: Difference) -> str:
    return part.name.replace("_", " ")
