"""What a change can gain: ceilings ("at most 1.03x") and speed-ups ("MLP twice as fast gives 1.48x")."""

import re
from collections.abc import Iterator

from app.grading.claims.claim import Claim, Kind, claim
from app.grading.frame import Frame
from app.grading.lexicon import Tag
from app.grading.ontology import Mention
from app.grading.quantity import Quantity, Unit
from app.grading.stance import positive
from app.grading.text import Span


def gain_claims(frame: Frame) -> Iterator[Claim]:
    """Ceilings and speed-ups of a sentence; a factor that only says how much faster a part is made is no result."""
    causes = {number.span: part for number, part in _causes(frame)}
    results = [number for number in frame.quantities if _is_result(frame, number) and number.span not in causes]
    for number in results:
        cause = _cause_of(frame, number, causes)
        if cause and not _is_capped(frame, number, cause[0].span):
            yield _speedup(frame, number, *cause)
        elif _is_capped(frame, number, None):
            yield _ceiling(frame, number)
        elif number.unit is Unit.TIMES:
            yield claim(
                frame,
                Kind.SPEEDUP,
                number.span,
                rule="gain.plain",
                subject=_subject(frame, number),
                quantity=number,
                confidence=0.7,
            )
    yield from _nothing(frame)


_ACCELERATED = re.compile(
    r"\b(?:doubl\w+|tripl\w+|halv\w+|speed\w*|faster|twice|2x|make|making|with|if|were|accelerat\w+|improv\w+|x)\b"
)


def _causes(frame: Frame) -> Iterator[tuple[Quantity, Mention]]:
    """Factors bound to a component: "2x MLP", "doubling FFN speed", "MLP 2x faster"."""
    for number in frame.quantities:
        if number.unit is not Unit.TIMES or not 1.05 <= number.value <= 1000:
            continue
        for component in frame.components():
            if frame.clause(component.span.start) != frame.clause(number.span.start) or component.id == "proposal":
                continue
            gap = frame.between(number.span, component.span).strip()
            follows = component.span.start >= number.span.end
            if (
                follows
                and len(gap.split()) <= 3
                and not re.search(r"\b(?:from|by|with|of|for|step|run|if|through|via)\b", gap)
            ):
                yield number, component
                break
            if (
                not follows
                and len(gap.split()) <= 3
                and re.match(r"\s?(?:faster|as fast|quicker|speed)", frame.after(number.span.end))
            ):
                yield number, component
                break


def _cause_of(frame: Frame, number: Quantity, causes: dict[Span, Mention]) -> tuple[Mention, float] | None:
    factors = {q.span: q.value for q in frame.quantities}
    for span, component in reversed(causes.items()):
        if span.end <= number.span.start or frame.clause(span.start) == frame.clause(number.span.start):
            return component, factors[span]
    return None


def _is_result(frame: Frame, number: Quantity) -> bool:
    if number.unit is Unit.TIMES:
        return 0.2 <= number.value <= 200 and not _compares_sizes(frame, number)
    return number.unit in (Unit.PERCENT, Unit.FRACTION) and (number.faster or _gains_here(frame, number))


_SIZES = re.compile(
    r"\s?(?:longer|larger|more|bigger|higher|as many|as much|the (?:hidden|model|batch|length|size|gpus)|fewer|"
    r"too large|over|off|gpus|hardware|wider|as long)\b"
)


def _compares_sizes(frame: Frame, number: Quantity) -> bool:
    return bool(_SIZES.match(frame.after(number.span.end)))


def _gains_here(frame: Frame, number: Quantity) -> bool:
    index = frame.clause(number.span.start)
    return bool(frame.in_clause(index, Tag.GAIN)) and bool(frame.in_clause(index, Tag.CEILING))


def _is_capped(frame: Frame, number: Quantity, after: Span | None) -> bool:
    """Does an "at most", an "infinitely fast" or a 1/(1-p) stand with the number?"""
    here = frame.clause(number.span.start)
    for mention in frame.of(Tag.CEILING):
        near = abs(frame.clause(mention.span.start) - here) <= 2
        if near and (after is None or mention.span.start > after.end or mention.span.end < after.start):
            return after is None
    formula = re.search(r"1\s?/\s?\(\s?1\s?-", frame.before(number.span.start, 40))
    return after is None and bool(formula)


def _ceiling(frame: Frame, number: Quantity) -> Claim:
    at = [number.span, *(m.span for m in frame.of(Tag.CEILING) if abs(m.span.start - number.span.start) < 60)]
    return claim(
        frame,
        Kind.CEILING,
        *at,
        rule="ceiling",
        subject=_subject(frame, number),
        quantity=number,
        basis=_basis(frame),
        polarity=positive(frame, number.span) or bool(_NO_MORE.search(frame.before(number.span.start, 60))),
    )


_NO_MORE = re.compile(
    r"\b(?:cannot|can't|can not|could not|couldn't|won't|will not|would not|wouldn't|never|not)\b[^.;]{0,30}"
    r"\b(?:more than|over|above|beyond|better than|exceed)\s?(?:about |~ ?)?$"
)


def _speedup(frame: Frame, number: Quantity, component: Mention, factor: float) -> Claim:
    return claim(
        frame,
        Kind.SPEEDUP,
        number.span,
        component.span,
        rule="speedup.caused",
        subject=component.id,
        quantity=number,
        factor=factor,
    )


def _subject(frame: Frame, number: Quantity) -> str:
    """The component or project whose gain this is: nearest before, else in the sentence, else spoken of last."""
    parts = [m for m in frame.components() if m.id not in ("communication",)]
    before = [m for m in parts if m.span.end <= number.span.start]
    if before:
        return before[-1].id
    return parts[0].id if parts else frame.prior


def _basis(frame: Frame) -> str:
    named = {m.id for m in frame.of(Tag.BASIS)} & {"time", "flops"}
    return named.pop() if len(named) == 1 else ""


_ZERO = re.compile(
    r"\b(?:gain|gains|benefit|win|speedup|improvement|effect|saving)s?\b[^.;]{0,40}?\b(?:is|are|=|of|would be|"
    r"will be|~)\s?(?:exactly |about |practically |basically )?(?:0|zero|nil|none|nothing)(?:\s?%)?(?!\.?\d)"
)


def _nothing(frame: Frame) -> Iterator[Claim]:
    """ "The gain is 0"."""
    match = _ZERO.search(frame.words)
    if match:
        start = frame.sentence.span.start
        span = Span(start + match.start(), start + match.end())
        zero = Quantity(value=1.0, lo=1.0, hi=1.0, unit=Unit.TIMES, span=span)
        yield claim(frame, Kind.CEILING, span, rule="ceiling.zero", subject=_subject(frame, zero), quantity=zero)
