"""Stance: whether a sentence asserts or denies, how surely, and in whose name."""

import re
from enum import StrEnum

from app.grading.condition import condition_in, reaches
from app.grading.frame import Frame
from app.grading.lexicon import PREDICATES, Tag
from app.grading.ontology import Mention
from app.grading.text import Span


class Modality(StrEnum):
    CERTAIN = "certain"
    LIKELY = "likely"
    HEDGED = "hedged"


class Attribution(StrEnum):
    """Whose claim it is; only the author's own earns or loses anything."""

    SELF = "self"
    OTHER = "other"  # a colleague, a document, a quotation
    HYPOTHETICAL = "hypothetical"
    QUESTION = "question"
    TENTATIVE = "tentative"  # a first instinct, which the text goes on to examine


def positive(frame: Frame, predicate: Span, subject: Span | None = None) -> bool:
    """Does the clause affirm the predicate (of that subject)? Odd negators deny, pseudo-negations do not count."""
    return len(_negators(frame, predicate, subject)) % 2 == 0


def denied(frame: Frame, spans: tuple[Span, ...]) -> bool:
    """Is a statement denied, by words before it in the clause where it starts, or between its own words?

    Where one of its own words is a negator ("not the 1979 number"), the negation is part of what it says.
    """
    negators = frame.of(Tag.NEGATOR)
    if any(negator.span.touches(span) for negator in negators for span in spans):
        return False
    return (len(_negators(frame, spans[0], None)) + _between(frame, spans)) % 2 == 1


def _between(frame: Frame, spans: tuple[Span, ...]) -> int:
    """Negators inside a statement, in the clause of the word that they stand before: "attention does not dominate"."""
    pseudo = [mention.span for mention in frame.of(Tag.PSEUDO)]
    found = 0
    for negator in frame.of(Tag.NEGATOR):
        later = next((span for span in spans if span.start >= negator.span.end), None)
        if later is None or negator.span.start < spans[0].end or any(negator.span.touches(span) for span in pseudo):
            continue
        same_clause = frame.clause(negator.span.start) == frame.clause(later.start)
        found += same_clause and not _spent(frame, negator, before=later.start)
    return found


def contrasted(frame: Frame, mention: Mention) -> bool:
    """Is this the thing that is set aside: "not attention", "rather than attention", "attention is not it"?"""
    return contrasted_at(frame, mention.span.start)


def contrasted_at(frame: Frame, position: int) -> bool:
    """Is what starts here set aside: "not 3.2x", "rather than ..."?"""
    return bool(_SET_ASIDE.search(frame.before(position, 30)))


def always(frame: Frame) -> tuple[Mention, ...]:
    """ "Never", "whatever the length"; "not always" is the opposite."""
    exceptions = [mention.span for mention in frame.of(Tag.EXCEPTIONAL)]
    return tuple(m for m in frame.of(Tag.ABSOLUTE) if not any(m.span.touches(span) for span in exceptions))


def modality(frame: Frame, position: int) -> Modality:
    """The clause's certainty; a hedge in the main clause reaches over its commas."""
    index = frame.clause(position)
    if _hedges(frame, index):
        return Modality.HEDGED
    return Modality.LIKELY if frame.in_clause(index, Tag.LIKELY) else Modality.CERTAIN


def attribution(frame: Frame, position: int) -> Attribution:
    """Whose words these are."""
    if frame.sentence.question:
        return Attribution.QUESTION
    if _quoted(frame, position) or _reported(frame, position):
        return Attribution.OTHER
    if any(mention.span.start <= position + 60 for mention in _same_stretch(frame, position, Tag.TENTATIVE)):
        return Attribution.TENTATIVE
    return Attribution.HYPOTHETICAL if _supposed(frame, position) else Attribution.SELF


_SET_ASIDE = re.compile(
    r"(?:\bnot|\brather than|\binstead of|\bover|\bthan|\bnor|\bno|n't|\bversus|\bvs\.?|\bnever)\s(?:in |on |into |"
    r"with |at |about |to |for |by |from |only )?(?:the |a |an |this |that |his |her |their |more |faster |custom |"
    r"new |writing |its ){0,3}$"
)


def _negators(frame: Frame, predicate: Span, subject: Span | None) -> list[Mention]:
    index = frame.clause(predicate.start)
    last = max(predicate.start, subject.start) if subject else predicate.start
    pseudo = [mention.span for mention in frame.of(Tag.PSEUDO)]
    inside = [mention.span for mention in frame.of(*PREDICATES)]
    deniers = [m for m in frame.in_clause(index, Tag.DISAGREE) if m.span.end <= last and denies_what_follows(frame, m)]
    found = [m for m in deniers if not m.span.touches(predicate)]
    for negator in frame.in_clause(index, Tag.NEGATOR):
        if negator.span.start >= last or any(negator.span.touches(span) for span in (*pseudo, *inside)):
            continue
        if not _spent(frame, negator, before=min(predicate.start, last)):
            found.append(negator)
    return found


def denies_what_follows(frame: Frame, opinion: Mention) -> bool:
    """ "It is not true that ...", "wrong to say ...": a negator of the clause after it."""
    return opinion.tag is Tag.DISAGREE and bool(_THAT.match(frame.after(opinion.span.end, 16)))


_THAT = re.compile(r"\s(?:that|to (?:say|think|claim|assume|believe))\b")


def _spent(frame: Frame, negator: Mention, *, before: int) -> bool:
    """A negator that already served an earlier verb or sets another thing aside does not reach over "and"."""
    if frame.text.keys[negator.span.start : negator.span.end] in ("rather than", "instead of", "without"):
        return True
    stretch = frame.text.keys[negator.span.end : max(before, negator.span.end)]
    joint = re.search(_SECOND_VERB if _opens_with_if(frame, negator) else _JOINT, stretch)
    return bool(joint) and bool(re.search(r"\w{3,}", stretch[: joint.start()] if joint else ""))


_JOINT = re.compile(r"\b(?:and|so|then|but)\b")
_SECOND_VERB = re.compile(r"\b(?:and|so|then|but|i'd|i|we|i'll|we'd|you)\b")


def _opens_with_if(frame: Frame, negator: Mention) -> bool:
    """ "If that is not enough I would ...": a comma is often left out before the consequence."""
    return frame.sentence.clauses[frame.clause(negator.span.start)].opener in ("if", "when", "unless")


def only_conditional(frame: Frame, position: int) -> bool:
    """Is this the consequence of a plain if-clause ("if that is not enough, I would ..."), not of an unreal one?"""
    words = frame.clause_words(frame.clause(position))
    if _IRREALIS.search(frame.words) or _SUPPOSE.search(frame.words):
        return False
    inside = frame.sentence.clauses[frame.clause(position)].opener in ("if", "unless", "provided")
    return not inside or bool(re.search(r"\b(?:i|we|i'd|i'll|we'd|let's)\b", words))


def _hedges(frame: Frame, index: int) -> tuple[Mention, ...]:
    found = frame.in_clause(index, Tag.HEDGE)
    return tuple(m for m in found if not _is_strong_modal(frame, m))


def _is_strong_modal(frame: Frame, mention: Mention) -> bool:
    """ "Can only", "could only ever" and "depends" with a negator promise more than they hedge."""
    return bool(re.match(r"\s(?:only|never|at most|not)\b", frame.after(mention.span.end, 10)))


def _quoted(frame: Frame, position: int) -> bool:
    """Between double quotation marks of three words or more."""
    start, end = frame.sentence.span
    plain = frame.text.plain
    if plain.count('"', start, position) % 2 == 0:
        return False
    opening = plain.rfind('"', start, position)
    closing = plain.find('"', position, end)
    return closing > 0 and len(plain[opening:closing].split()) >= 3


_OWN = re.compile(r"\b(?:i|i'd|i'm|we|my answer|but i|me)\b")


def _reported(frame: Frame, position: int) -> bool:
    """A source with a verb of speech before the place, and nothing between that takes the floor back."""
    for speech in frame.of(Tag.SPEECH):
        if speech.span.end > position:
            break
        before = frame.before(speech.span.start, 40)
        subject = frame.of(Tag.SOURCE)
        near = [m for m in subject if 0 <= speech.span.start - m.span.end <= 25]
        if not near or re.search(r"\b(?:i|we)\s(?:would |do |don't |can |also )?$", before):
            continue
        between = range(frame.clause(speech.span.start) + 1, frame.clause(position) + 1)
        openers = {frame.sentence.clauses[index].opener for index in between}
        own = any(_OWN.match(frame.clause_words(index)) for index in between)
        if not openers & _TAKES_THE_FLOOR and not own:
            return True
    return False


_TAKES_THE_FLOOR = frozenset({"but", "however", "yet", ";", "although", "though", "whereas"})


def _same_stretch(frame: Frame, position: int, *tags: Tag) -> tuple[Mention, ...]:
    """Mentions in the clause of the place, or in one that runs on into it."""
    here = frame.clause(position)
    return tuple(m for m in frame.of(*tags) if frame.clause(m.span.start) == here)


_SUPPOSE = re.compile(r"\b(?:suppose|imagine|say that|pretend|were to|let's say|hypothetically)\b")


_COUNTING = re.compile(r"\b(?:mask\w*|causal\w*|count\w*|skipp\w+|includ\w+|ignor\w+|exclud\w+)\b")
_TRUTH = re.compile(r"\btrue\b|\bthe case\b")
_IRREALIS = re.compile(r"\b(?:were|had been|it is true|it's true|true)\b")


_WOULD = re.compile(r"\b(?:would|'d|were|could|might)\b")


def _supposed(frame: Frame, position: int) -> bool:
    """Inside an if-clause, or in the consequence of one that states no variable ("if attention is the bottleneck")."""
    here = frame.clause(position)
    for index, clause in enumerate(frame.sentence.clauses):
        if clause.opener not in ("if", "unless", "provided") or _is_limit(frame, clause.span):
            continue
        if index == here and not _COUNTING.search(frame.clause_words(index)):
            return True
        if here < index - 1 or not _is_bare_supposition(frame, index):
            continue
        apart = frame.before(clause.span.start, 6).rstrip().removesuffix("if").rstrip().endswith((",", ";"))
        if here == index - 1 and apart and not _WOULD.search(frame.clause_words(here)):
            continue  # "it is not fine, if logits are computed for all": the author's own condition
        if reaches(frame, index, here) or (here > index and _IRREALIS.search(frame.clause_words(index))):
            return True
    return bool(_SUPPOSE.search(frame.clause_words(here)))


def _is_limit(frame: Frame, span: Span) -> bool:
    """ "Even if it were free" states a ceiling, not a supposition."""
    words = frame.text.keys[span.start : span.end]
    return not _TRUTH.search(words) and any(mention.span.touches(span) for mention in frame.of(Tag.CEILING))


def _is_bare_supposition(frame: Frame, index: int) -> bool:
    """An if-clause that neither states a variable nor only names a way of counting ("if masked blocks are skipped")."""
    clause = frame.sentence.clauses[index]
    return condition_in(frame, clause.span) is None and not _COUNTING.search(frame.clause_words(index))
