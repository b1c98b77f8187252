"""What weighs most and least, what binds, and whether the author agrees with what was put forward."""

import re
from collections.abc import Iterator

from app.grading.claims.claim import Claim, Kind, claim
from app.grading.condition import Condition
from app.grading.frame import Frame
from app.grading.lexicon import Tag
from app.grading.ontology import Mention
from app.grading.stance import always, contrasted, denies_what_follows, positive


def dominance_claims(frame: Frame) -> Iterator[Claim]:
    """A component dominates, or does not."""
    for predicate in frame.of(Tag.DOMINATES):
        subjects = _subjects(frame, predicate)
        if _refers_back(frame, predicate) and not any(
            m.span.end <= predicate.span.start for m in subjects if _same_clause(frame, m, predicate)
        ):
            yield from _of_antecedent(frame, predicate)
            continue
        for subject in subjects:
            affirmed = not contrasted(frame, subject) and positive(frame, predicate.span, subject.span)
            yield claim(
                frame,
                Kind.DOMINATES,
                predicate.span,
                subject.span,
                rule="dominates",
                subject=subject.id,
                polarity=affirmed,
                **_whatever(frame, predicate),
            )
    yield from _second_half(frame)


def _same_clause(frame: Frame, mention: Mention, predicate: Mention) -> bool:
    return frame.clause(mention.span.start) == frame.clause(predicate.span.start)


def _of_antecedent(frame: Frame, predicate: Mention) -> Iterator[Claim]:
    """ "I'd focus on the MLP since it dominates": the component that "it" stands for."""
    earlier = [
        m
        for m in frame.components()
        if m.span.end <= predicate.span.start and m.id != "proposal" and not contrasted(frame, m)
    ]
    subject = earlier[-1].id if earlier else frame.prior
    if subject:
        affirmed = positive(frame, predicate.span)
        yield claim(
            frame,
            Kind.DOMINATES,
            predicate.span,
            rule="dominates.anaphora",
            subject=subject,
            polarity=affirmed,
            confidence=0.85,
        )


def minor_claims(frame: Frame) -> Iterator[Claim]:
    """A component is small, or is not; "a few percent" and "does not matter" are ways to say so."""
    for predicate in frame.of(Tag.MINOR):
        if any(predicate.span.touches(m.span) and m.span.end > predicate.span.end for m in frame.of(Tag.ABSOLUTE)):
            continue
        subjects = [m for m in _subjects(frame, predicate, projects=True) if not contrasted(frame, m)]
        for subject in subjects[:1]:
            at = (predicate.span, subject.span)
            affirmed = positive(frame, predicate.span)
            yield claim(
                frame,
                Kind.MINOR,
                *at,
                rule="minor",
                subject=subject.id,
                polarity=affirmed,
                **_whatever(frame, predicate),
            )
        if not subjects and frame.prior and _refers_back(frame, predicate):
            yield claim(
                frame,
                Kind.MINOR,
                predicate.span,
                rule="minor.anaphora",
                subject=frame.prior,
                polarity=positive(frame, predicate.span),
                confidence=0.7,
            )


def bound_claims(frame: Frame) -> Iterator[Claim]:
    """ "Memory-bound", "bound by compute", "HBM bandwidth decides"."""
    for bound in frame.of(Tag.BOUND):
        yield claim(
            frame,
            Kind.BOUND,
            bound.span,
            rule="bound",
            subject=_bounded(frame, bound),
            object=bound.id,
            polarity=positive(frame, bound.span),
        )
    for predicate in frame.of(Tag.DOMINATES):
        index = frame.clause(predicate.span.start)
        for resource in frame.in_clause(index, Tag.RESOURCE):
            gap = frame.between(resource.span, predicate.span)
            if len(gap.split()) <= 4 and not any(
                r.span.touches(b.span) for r in (resource,) for b in frame.of(Tag.BOUND)
            ):
                affirmed = positive(frame, predicate.span, resource.span)
                yield claim(
                    frame,
                    Kind.BOUND,
                    predicate.span,
                    resource.span,
                    rule="bound.predicate",
                    object=resource.id,
                    polarity=affirmed,
                )


def verdict_claims(frame: Frame) -> Iterator[Claim]:
    """Agreement or disagreement with the colleague, the document, the claim."""
    for opinion in frame.of(Tag.AGREE, Tag.DISAGREE):
        words = frame.text.keys[opinion.span.start : opinion.span.end]
        if words in ("correct", "wrong", "false", "incorrect") and not _about_a_claim(frame, opinion):
            continue
        if (opinion.tag is Tag.AGREE and _concedes(frame, opinion)) or denies_what_follows(frame, opinion):
            continue
        agrees = (opinion.tag is Tag.AGREE) == positive(frame, opinion.span)
        yield claim(frame, Kind.VERDICT, opinion.span, rule="verdict", subject="proposal", polarity=agrees)
    opening = re.match(
        r"(?:so |then |well |hence )?(no|nope|disagree|agree|agreed|yes|yep|correct|wrong)(?=[.,!:]|$| it | the )",
        frame.words,
    )
    if opening and not frame.of(Tag.AGREE, Tag.DISAGREE):
        start = frame.sentence.span.start
        at = frame.sentence.span._replace(end=start + opening.end())
        yield claim(
            frame,
            Kind.VERDICT,
            at,
            rule="verdict.opening",
            subject="proposal",
            polarity=opening[1] in ("agree", "agreed", "yes", "yep", "correct"),
        )


def _whatever(frame: Frame, predicate: Mention) -> dict[str, object]:
    """ "Never", "whatever the length": a claim about every situation, to be checked far from this one too."""
    index = frame.clause(predicate.span.start)
    near = [m for m in always(frame) if abs(frame.clause(m.span.start) - index) <= 1]
    return {"condition": Condition(param="", op="any", span=near[0].span)} if near else {}


def _subjects(frame: Frame, predicate: Mention, *, projects: bool = False) -> list[Mention]:
    """The components a predicate speaks of: its clause's, before it if any, else the nearest earlier clause's."""
    index = frame.clause(predicate.span.start)
    parts = [m for m in frame.in_clause(index, Tag.COMPONENT) if projects or m.id != "proposal"]
    here = [m for m in parts if not m.span.touches(predicate.span)]
    before = [m for m in here if m.span.end <= predicate.span.start]
    if before:
        return _conjoined(frame, before)
    after = [m for m in here if m.span.start >= predicate.span.end]
    if after and _is_named_after(frame, predicate, after[0]):
        return after[:1]
    if after and _takes_object(frame, predicate):
        return []
    for earlier in range(index - 1, max(index - 4, -1), -1):
        found = [m for m in frame.in_clause(earlier, Tag.COMPONENT) if m.id != "proposal" and not contrasted(frame, m)]
        if found and _continues(frame, index):
            return _conjoined(frame, found)
    return after[:1]


_NAMED_AFTER = re.compile(
    r"\s?(?:is|are|=|:|would be|comes from|come from|in|goes to|go to|goes into|go into|sits in|lies in|here is|"
    r"here|part|clearly|still|being|not|isn't|of the (?:flops|compute|time|work|step|arithmetic|cost|total)|"
    r"of (?:flops|compute|time|work|arithmetic)|the|an|a|and|on|\s)*\s?$"
)


def _is_named_after(frame: Frame, predicate: Mention, component: Mention) -> bool:
    return bool(_NAMED_AFTER.fullmatch(frame.between(predicate.span, component.span)))


def _takes_object(frame: Frame, predicate: Mention) -> bool:
    return frame.text.keys[predicate.span.start : predicate.span.end].startswith(
        ("dominat", "dwarf", "swamp", "outweigh", "exceed")
    )


def _conjoined(frame: Frame, before: list[Mention]) -> list[Mention]:
    """The last component before the verb, with those that "and" or a slash joins to it."""
    kept = [before[-1]]
    for earlier in reversed(before[:-1]):
        gap = frame.between(earlier.span, kept[0].span).strip()
        if gap not in ("and", "and the", "/", "+", "plus", "&", ",", "and then", "and then the"):
            break
        kept.insert(0, earlier)
    return kept


def _continues(frame: Frame, index: int) -> bool:
    """May a clause without a component take its subject from the clause before it?"""
    words = frame.clause_words(index)
    clause = frame.sentence.clauses[index]
    return clause.opener in (",", "->", "=>", "which", "and", "—", ")", "(", "but", "so", ":") and not re.match(
        r"(?:i|we|you|he|they|there)\b", words
    )


def _refers_back(frame: Frame, predicate: Mention) -> bool:
    words = frame.clause_words(frame.clause(predicate.span.start))
    return bool(
        re.match(
            r"(?:so |and |but |yet |as |since |because )*(?:it|that|this|they|these|those|its|which|both|it's|"
            r"that's|they're)\b",
            words,
        )
    )


def _second_half(frame: Frame) -> Iterator[Claim]:
    """ "The bottleneck isn't attention but the MLP", "Not attention: the dense layers."."""
    denied = [m for m in frame.components() if contrasted(frame, m)]
    if not denied or not frame.of(Tag.DOMINATES):
        return
    for mention in frame.components():
        index = frame.clause(mention.span.start)
        opener = frame.sentence.clauses[index].opener
        bare = len(frame.clause_words(index).split()) <= 6 and not frame.in_clause(index, Tag.DOMINATES)
        if (
            mention.span.start > denied[0].span.end
            and opener in ("but", ":", ";", ",", "—")
            and bare
            and not contrasted(frame, mention)
        ):
            yield claim(frame, Kind.DOMINATES, mention.span, rule="dominates.but", subject=mention.id)


def _bounded(frame: Frame, bound: Mention) -> str:
    index = frame.clause(bound.span.start)
    before = [m for m in frame.in_clause(index, Tag.COMPONENT) if m.span.end <= bound.span.start and m.id != "proposal"]
    return before[-1].id if before else "step"


def _concedes(frame: Frame, opinion: Mention) -> bool:
    """ "It is true that attention is quadratic, but ...": granting a point is not agreeing with the conclusion."""
    granted = re.match(
        r"\s(?:that|about|in|on|as far as|asymptotically|only|if|when|once)\b", frame.after(opinion.span.end, 16)
    )
    turned = any(
        c.opener in ("but", "however", "yet", "though", "although")
        for c in frame.sentence.clauses[frame.clause(opinion.span.start) :]
    )
    return bool(granted) or turned


def _about_a_claim(frame: Frame, opinion: Mention) -> bool:
    return bool(frame.of(Tag.SOURCE)) or bool(
        re.search(
            r"\b(?:he|she|they|claim|that|this|it|statement|document|colleague|proposal|conclusion|premise|"
            r"argument|cause)\b",
            frame.before(opinion.span.start, 40),
        )
    )
