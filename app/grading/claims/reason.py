"""Grounds: formulas, how a cost scales, and the assumptions that an answer names."""

import re
from collections.abc import Iterator

from app.grading.claims.claim import Claim, Kind, claim, subject_before
from app.grading.expression import formulas
from app.grading.frame import Frame
from app.grading.lexicon import Tag


def formula_claims(frame: Frame) -> Iterator[Claim]:
    """ "MLP 16d^2", "s/(6d+s)": with the component named just before or after."""
    for formula in formulas(frame.text.plain, frame.sentence.span):
        index = frame.clause(formula.span.start)
        components = tuple(m for m in frame.in_clause(index, Tag.COMPONENT) if m.id != "proposal")
        subject = subject_before(frame, formula.span.start, components) or (components[0] if components else None)
        yield claim(
            frame,
            Kind.FORMULA,
            formula.span,
            *([subject.span] if subject else []),
            rule="formula",
            subject=subject.id if subject else frame.prior,
            formula=formula.text,
        )


_POWER = re.compile(r"\b(?:quadratic(?:ally)?|squared?|square|linear(?:ly)?|cubic)\b|\b[sndlb]\^2")


def scaling_claims(frame: Frame) -> Iterator[Claim]:
    """ "Grows with d squared", "quadratic in s"."""
    for mention in frame.of(Tag.SCALING):
        index = frame.clause(mention.span.start)
        variables = [m for m in frame.in_clause(index, Tag.VARIABLE) if not m.span.touches(mention.span)]
        if not variables:
            continue
        components = tuple(m for m in frame.in_clause(index, Tag.COMPONENT) if m.id != "proposal")
        subject = subject_before(frame, mention.span.start, components)
        spans = (mention.span, variables[0].span)
        yield claim(
            frame,
            Kind.SCALING,
            *spans,
            rule="scaling",
            subject=subject.id if subject else frame.prior,
            object=variables[0].id,
        )
        return


def assumption_claims(frame: Frame) -> Iterator[Claim]:
    """The convention or the inputs that a figure rests on."""
    for word in frame.of(Tag.ASSUMPTION):
        yield claim(
            frame,
            Kind.ASSUMPTION,
            word.span,
            rule="assumption",
            object=frame.text.keys[word.span.start : word.span.end],
        )
        return


_TRADE = re.compile(
    r"\b(?:at the cost of|costs? accuracy|trade-? ?off|in exchange for|risk|price|downside|but costs)\b"
)


def tradeoff_claims(frame: Frame) -> Iterator[Claim]:
    match = _TRADE.search(frame.words)
    if match and (frame.of(Tag.LEVER) or frame.of(Tag.GAIN)):
        start = frame.sentence.span.start
        span = frame.sentence.span._replace(start=start + match.start(), end=start + match.end())
        levers = frame.of(Tag.LEVER)
        yield claim(frame, Kind.TRADEOFF, span, rule="tradeoff", lever=levers[0].id if levers else "")
