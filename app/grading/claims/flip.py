"""When the answer changes: a variable, its direction, its threshold."""

import re
from collections.abc import Iterator

from app.grading.claims.claim import Claim, Kind, claim
from app.grading.condition import Condition, condition_in, conditions
from app.grading.frame import Frame, Topic
from app.grading.lexicon import Tag
from app.grading.stance import Attribution, always, attribution

_CHANGES = (
    Tag.EQUAL,
    Tag.DOMINATES,
    Tag.AGREE,
    Tag.GAIN,
    Tag.MINOR,
    Tag.FLIP_CUE,
    Tag.INCREASE,
    Tag.BOUND,
    Tag.DISAGREE,
)


def flip_claims(frame: Frame) -> Iterator[Claim]:
    """Conditions under which the sentence says that something else holds; or only that it depends."""
    if always(frame):
        return
    found = list(_stated(frame))
    yield from found
    if (
        not found
        and frame.has(Tag.DEPENDS)
        and (
            frame.has(Tag.VARIABLE)
            or re.search(r"\bdepend\w* (?:up)?on\b|^(?:well )?(?:it |that )?(?:all )?depends", frame.words)
        )
    ):
        word = frame.of(Tag.DEPENDS)[0]
        yield claim(frame, Kind.FLIP, word.span, rule="flip.depends", condition=None)


def _stated(frame: Frame) -> Iterator[Claim]:
    announced = frame.topic is Topic.FLIP or (frame.has(Tag.FLIP_CUE) and frame.has(Tag.VARIABLE))
    for condition in conditions(frame):
        if not (announced or _something_changes(frame, condition)):
            continue
        components = [m for m in frame.components() if m.id != "proposal"]
        who = attribution(frame, condition.span.end - 1)
        who = Attribution.SELF if who is Attribution.HYPOTHETICAL else who
        span = frame.sentence.clauses[frame.clause(condition.span.start)].span
        yield claim(
            frame,
            Kind.FLIP,
            span,
            rule="flip.announced" if announced else "flip.stated",
            subject=components[0].id if components else "",
            condition=condition,
            attribution=who,
        )
    if announced and not conditions(frame):
        yield from _fragment(frame)


def _something_changes(frame: Frame, condition: Condition) -> bool:
    """Outside the words of the condition the sentence says that a thing catches up, dominates, matters, is right."""
    if condition.param == "attention" or condition.param == "":
        subject = frame.has(*_CHANGES) or bool(
            re.search(
                r"\b(?:worse|more|beats?|higher|different|slower|larger|bigger|longer|heavier|expensive|costs?|"
                r"dominates?|problem)\b",
                frame.words,
            )
        )
        return subject and bool(frame.components() or condition.param == "attention")
    index = frame.clause(condition.span.start)
    same_clause = frame.in_clause(index, Tag.EQUAL, Tag.AGREE, Tag.FLIP_CUE)
    elsewhere = [m for m in frame.of(*_CHANGES) if frame.clause(m.span.start) != index]
    opens = index == 0 and bool(
        re.match(r"(?:only )?(?:at|beyond|above|from|past|around|near|with|for)\b", frame.words)
    )
    conditional = opens or frame.sentence.clauses[index].opener in ("if", "when", "once", "until", "unless")
    return (
        bool(same_clause)
        or (conditional and bool(elsewhere))
        or (condition.op in (">", "<") and bool(frame.in_clause(index, Tag.DOMINATES, Tag.EQUAL, Tag.BOUND)))
    )


_OPENS = re.compile(r"(?:only )?(?:at|beyond|above|from|past|around|near|with|for)\b")


def _fragment(frame: Frame) -> Iterator[Claim]:
    """ "Colleague right when? s >> 4d": the answer to an announced question, without a preposition."""
    for variable in frame.of(Tag.VARIABLE):
        clause = frame.sentence.clauses[frame.clause(variable.span.start)].span
        condition = condition_in(frame, clause, variable=variable)
        yield claim(frame, Kind.FLIP, clause, rule="flip.fragment", condition=condition, attribution=Attribution.SELF)
        return
