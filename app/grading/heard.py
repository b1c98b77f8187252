"""What of a text was read for which axis, whatever any key says: spans that tell nothing of right or wrong."""

from collections.abc import Iterable, Mapping

from app.grading.claims import Claim, Kind, claims
from app.grading.guard import set_aside
from app.grading.score import Axis
from app.grading.text import Span, Text

AXIS_OF: Mapping[Kind, Axis] = {
    Kind.DOMINATES: Axis.BOTTLENECK,
    Kind.MINOR: Axis.BOTTLENECK,
    Kind.BOUND: Axis.BOTTLENECK,
    Kind.SCALING: Axis.BOTTLENECK,
    Kind.SHARE: Axis.NUMBERS,
    Kind.CEILING: Axis.NUMBERS,
    Kind.SPEEDUP: Axis.NUMBERS,
    Kind.FORMULA: Axis.NUMBERS,
    Kind.FIGURE: Axis.NUMBERS,
    Kind.ASSUMPTION: Axis.NUMBERS,
    Kind.VERDICT: Axis.TRAP,
    Kind.FLIP: Axis.FLIP,
    Kind.ACTION: Axis.MOVE,
    Kind.VERIFY: Axis.MOVE,
    Kind.TRADEOFF: Axis.MOVE,
}


def heard_by_axis(answer: str, *, prompt: str = "") -> Mapping[Axis, tuple[Span, ...]]:
    """The stretches that give a claim, by axis, in the order of the text.

    No rubric takes part: neither its aliases nor what it listens for, so that the spans of a text are the same for
    every key. To turn a thing down is what the trap asks for; to do it, what the first move does.
    """
    text = Text.of(answer)
    silent = {item.sentence for item in set_aside(text, prompt=prompt)}
    found: dict[Axis, set[Span]] = {axis: set() for axis in Axis}
    for claim in claims(text, silent=silent):
        if axis := _axis(claim):
            found[axis].add(claim.span)
    return {axis: _joined(spans) for axis, spans in found.items()}


def _axis(claim: Claim) -> Axis | None:
    if claim.kind is Kind.ACTION and not claim.polarity:
        return Axis.TRAP
    return AXIS_OF.get(claim.kind)


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Claims may share words; a stretch is told once."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and joined[-1].touches(span):
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)
