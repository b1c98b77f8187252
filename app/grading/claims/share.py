"""Shares ("MLP 64.6 %", "2.7 % of it is attention") and other figures with their units."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.grading.claims.claim import Claim, Kind, claim
from app.grading.frame import Frame
from app.grading.lexicon import Tag
from app.grading.ontology import STEP, Mention
from app.grading.quantity import Quantity, Unit
from app.grading.stance import contrasted, contrasted_at, positive
from app.grading.text import Span


def share_claims(frame: Frame) -> Iterator[Claim]:
    """Each percentage or fraction with the component it belongs to."""
    taken: set[int] = set()
    for number in frame.quantities:
        if not number.is_share or number.value > 1 or _is_of_peak(frame, number) or _is_a_gain(frame, number):
            continue
        subject = _subject(frame, number, taken)
        if subject is None:
            yield from _anaphoric(frame, number)
            continue
        taken.add(subject.span.start)
        affirmed = positive(frame, number.span)
        found = claim(
            frame,
            Kind.SHARE,
            number.span,
            subject.span,
            rule="share.paired",
            subject=subject.id,
            quantity=number,
            basis=_basis(frame, number),
            polarity=affirmed,
        )
        yield from (found, *_implied(found))


def figure_claims(frame: Frame) -> Iterator[Claim]:
    """Every quantity with a unit, whatever it is of; rubrics compare it with a fact of the same unit."""
    for number in frame.quantities:
        if number.unit is Unit.NUMBER and _is_factor(frame, number):
            continue
        components = [m for m in frame.components() if frame.clause(m.span.start) == frame.clause(number.span.start)]
        yield claim(
            frame,
            Kind.FIGURE,
            number.span,
            rule="figure",
            subject=components[-1].id if components else "",
            quantity=number,
            basis=_basis(frame, number),
            polarity=not contrasted_at(frame, number.span.start),
            confidence=0.7,
        )


def _is_factor(frame: Frame, number: Quantity) -> bool:
    """In "2*80*8*128*2 = 328 KB" the bare numbers are what goes in, not what comes out."""
    before, after = frame.before(number.span.start, 3).rstrip(), frame.after(number.span.end, 3).lstrip()
    return before.endswith(("*", "·", "×")) or after.startswith(("*", "·", "×"))


_GAP_STOP = re.compile(r"[;]|\.\s|\n")
_OF_PEAK = re.compile(r"\s?(?:of (?:the )?(?:peak|ridge|roofline|bandwidth)|mfu|utili[sz]ation|at peak|of its peak)")


def _is_of_peak(frame: Frame, number: Quantity) -> bool:
    return bool(_OF_PEAK.match(frame.after(number.span.end)))


def _is_a_gain(frame: Frame, number: Quantity) -> bool:
    """ "Max gain 3 %" is a ceiling, "of the quarter" a time: neither is a share."""
    index = frame.clause(number.span.start)
    gains = [m for m in frame.in_clause(index, Tag.GAIN) if m.span.end <= number.span.start + 40]
    return bool(gains) and not frame.in_clause(index, Tag.BASIS) and bool(frame.in_clause(index, Tag.CEILING))


def _subject(frame: Frame, number: Quantity, taken: set[int]) -> Mention | None:
    """The component that a share belongs to: in its own segment, before or after it, not yet used by another number."""
    index = frame.clause(number.span.start)
    components = [
        m for m in frame.in_clause(index, Tag.COMPONENT) if m.id != "proposal" and not _is_denominator(frame, m, number)
    ]
    free = [m for m in _near(components, number) if m.span.start not in taken and not contrasted(frame, m)]
    after = [m for m in free if m.span.start >= number.span.end][:1]
    after = [m for m in after if not _interrupted(frame, number.span, m.span)]
    before = [m for m in free if m.span.end <= number.span.start][-1:]
    if before and not (after and _is_attribute(frame, number, after[0])):
        return before[-1]
    if after:
        return after[0]
    return _in_brackets(frame, number, index, taken)


def _near(components: list[Mention], number: Quantity) -> list[Mention]:
    """The four on each side: a share belongs to none that stands further off."""
    before = [m for m in components if m.span.end <= number.span.start]
    return [*before[-4:], *[m for m in components if m.span.start >= number.span.end][:4]]


def _is_attribute(frame: Frame, number: Quantity, component: Mention) -> bool:
    """ "64.6 % MLP", "65 % is MLP", "97 % of the work is in the GEMMs": the number comes first."""
    gap = frame.between(number.span, component.span)
    numbers_before = [
        q
        for q in frame.quantities
        if q.is_share
        and q.span.end <= number.span.start
        and frame.clause(q.span.start) == frame.clause(number.span.start)
    ]
    return len(gap.split()) <= 1 and "and" not in gap and not numbers_before


def _interrupted(frame: Frame, number: Span, component: Span) -> bool:
    gap = frame.between(number, component)
    return bool(_GAP_STOP.search(gap)) or any(
        q.is_share and number.end <= q.span.start < component.start for q in frame.quantities
    )


def _is_denominator(frame: Frame, component: Mention, number: Quantity) -> bool:
    """ "2/3 of the weights are MLP": the weights are what it is a part of."""
    gap = frame.text.keys[number.span.end : component.span.start] if component.span.start >= number.span.end else ""
    return component.id == "weights" and gap.strip() in ("of", "of the", "of all", "of all the", "of its", "of our")


def _in_brackets(frame: Frame, number: Quantity, index: int, taken: set[int]) -> Mention | None:
    """ "attention (2.7 %)" and "MLP: 64.6 %": the component closes the segment just before."""
    clause = frame.sentence.clauses[index]
    if clause.opener not in ("(", ":", "=>", "->", "[", "—", "-", "which") or index == 0:
        return None
    earlier = [m for m in frame.in_clause(index - 1, Tag.COMPONENT) if m.id != "proposal"]
    if not earlier or (earlier[-1].span.start in taken and clause.opener != "("):
        return None
    if clause.opener == "which" and len(earlier) == 1:
        return earlier[0]  # "the core is 4 s d out of ..., which is 2.7 %"
    gap = frame.between(earlier[-1].span, number.span)
    return earlier[-1] if len(gap.split()) <= 6 else None


_PRONOUN = re.compile(
    r"^(?:so |and |but |or |now |then |ok |well |with (?:s|n|d)\s?=\s?\S+ )*(?:\S+ )?(?:that|that's|it|it's|its|"
    r"this|which|this is|they|they're|the last one|the latter|these|together|about|roughly|only|under|i e|~|=|or|"
    r"call)\b"
)


def _anaphoric(frame: Frame, number: Quantity) -> Iterator[Claim]:
    """ "That's under 3 %": the component spoken of last; "that 3 %" speaks of a number that was already given."""
    if re.search(r"\b(?:that|this|those|these)\s$", frame.before(number.span.start, 8)):
        return
    index = frame.clause(number.span.start)
    words = frame.clause_words(index)
    earlier = [m for m in frame.components() if m.span.end <= number.span.start and m.id != "proposal"]
    subject = earlier[-1].id if earlier else frame.prior
    if not subject or (frame.clause(earlier[-1].span.start) < index - 3 if earlier else False):
        return
    linked = _PRONOUN.match(words) or re.search(r"[=~]\s?$|=\s?~?\s?$", frame.before(number.span.start, 6))
    formula_before = re.search(r"[=~]\s?[<>~]*\s?$", frame.before(number.span.start, 6))
    if not (linked or formula_before) or subject == STEP:
        return
    found = claim(
        frame,
        Kind.SHARE,
        number.span,
        rule="share.anaphora",
        subject=subject,
        quantity=number,
        basis=_basis(frame, number),
        confidence=0.7,
    )
    yield from (found, *_implied(found))


HALF, TENTH = 0.5, 0.1


def _implied(share: Claim) -> Iterator[Claim]:
    """Who says that a part is most of it says that it dominates; who says a few per cent, that it is minor."""
    if share.quantity is None or not share.polarity or share.basis in ("parameters", "bytes"):
        return
    if share.quantity.lo >= HALF:
        yield replace(share, kind=Kind.DOMINATES, quantity=None, rule="dominates.share")
    elif share.quantity.hi < TENTH:
        yield replace(share, kind=Kind.MINOR, quantity=None, rule="minor.share")


def _basis(frame: Frame, number: Quantity) -> str:
    """What the number is a share of, when the words around it say so."""
    index = frame.clause(number.span.start)
    near = [
        m
        for m in frame.in_clause(index, Tag.BASIS)
        if m.id not in ("total", "bytes") and abs(m.span.start - number.span.end) <= 30
    ]
    return near[0].id if near else ""
