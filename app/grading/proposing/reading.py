"""From proposals to claims: only what the quoted words bear, and nothing that the rules have read already."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.grading.check import Checked
from app.grading.claims import Claim, Kind
from app.grading.condition import Condition
from app.grading.lexicon import PREDICATES, Tag
from app.grading.lexicon_levers import LEVERS
from app.grading.ontology import STEP, Mention, ancestors, groups, mentions
from app.grading.proposing.proposal import Proposal
from app.grading.quantity import Quantity, quantities
from app.grading.stance import Attribution, Modality
from app.grading.text import Sentence, Span, Text
from app.grading.tolerance import Verdict

RULE = "model"  # the mark of a proposed claim, wherever the claim is shown or stored
CONFIDENCE = 0.6  # below what a penalty asks for: a model's reading may earn, hardly cost
LEAST_WORDS = 4
SAME_NUMBER = 0.01

_TECHNICAL = frozenset(
    {Tag.COMPONENT, Tag.RESOURCE, Tag.BOUND, Tag.LEVER, Tag.VARIABLE, Tag.CEILING, Tag.GAIN, Tag.VERIFY, *PREDICATES}
)
_COMPONENT_KINDS = frozenset({Kind.SHARE, Kind.DOMINATES, Kind.MINOR})
_NUMBER_KINDS = frozenset({Kind.SHARE, Kind.CEILING})


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A proposal with the place of its quote in the plain text."""

    proposal: Proposal
    sentence: Sentence
    span: Span


def unread_sentences(answer: str, spans: Iterable[Span]) -> tuple[str, ...]:
    """What a model is shown: each unread sentence on one line."""
    return tuple(" ".join(answer[span.start : span.end].split()) for span in spans)


def claims_from(
    proposals: Iterable[Proposal],
    answer: str,
    *,
    asked: Sequence[Span],
    unread: Sequence[Span],
    known: Iterable[Checked],
) -> tuple[Claim, ...]:
    """The claims that hold to the answer.

    `asked` are the spans that the model was shown, by number; `unread` those that the rules cannot read today, fewer
    once they have learned; `known` is what they have read.

    A claim needs a quote that stands in its sentence and in no other that was shown; its number must be in the quote,
    its component, or what its lever acts on, in the sentence or the one before: a model may say what "it" refers to,
    but not bring in what nobody named. What names nothing needs a technical word in the quote. What the rules have read
    and the engine checked is settled: no proposal adds to it or argues with it.
    """
    text = Text.of(answer)
    shown = _shown(text, asked, frozenset(unread))
    settled = {place for item in known if item.verdict is not Verdict.UNVERIFIABLE for place in _places(item.claim)}
    named, numbers = mentions(text), quantities(text)
    claims = (_claim(quoted, text, named, numbers) for quoted in _quoted(proposals, text, shown))
    return tuple(dict.fromkeys(claim for claim in claims if claim and settled.isdisjoint(_places(claim))))


def _shown(text: Text, asked: Sequence[Span], unread: frozenset[Span]) -> dict[int, Sentence]:
    """The sentences by the numbers under which they were shown, those that still stand and still are unread."""
    by_span = {text.origin(sentence.span): sentence for sentence in text.sentences}
    return {number: by_span[span] for number, span in enumerate(asked, start=1) if span in by_span and span in unread}


def _quoted(proposals: Iterable[Proposal], text: Text, shown: dict[int, Sentence]) -> Iterator[_Quoted]:
    for proposal in proposals:
        words = Text.of(proposal.quote).plain.split()
        if not _is_enough(words):
            continue
        wanted = re.compile(r"\s+".join(map(re.escape, words)))
        places = {number: wanted.search(text.plain, *sentence.span) for number, sentence in shown.items()}
        match = places.get(proposal.sentence)
        if match and sum(place is not None for place in places.values()) == 1:
            yield _Quoted(proposal, shown[proposal.sentence], Span(*match.span()))


def _is_enough(words: Sequence[str]) -> bool:
    return len(words) >= LEAST_WORDS or any(any(char.isdigit() for char in word) for word in words)


def _claim(quoted: _Quoted, text: Text, named: Sequence[Mention], numbers: Sequence[Quantity]) -> Claim | None:
    proposal, kind = quoted.proposal, Kind(quoted.proposal.kind)
    inside = [number for number in numbers if quoted.span.start <= number.span.start < quoted.span.end]
    number = _pointed_at(proposal.number, inside)
    condition = _condition(quoted, text, numbers)
    if (
        not _is_whole(kind, proposal, condition)
        or not _is_about_what_is_named(quoted, text, named)
        or ((proposal.number is not None or kind in _NUMBER_KINDS) and number is None)
        or (proposal.variable and condition is None)
    ):
        return None
    return Claim(
        kind=kind,
        subject=proposal.subject,
        object=proposal.resource if kind is Kind.BOUND else "",
        lever=proposal.lever if kind is Kind.ACTION else "",
        quantity=number,
        polarity=proposal.polarity == "+",
        modality=Modality(proposal.modality),
        attribution=Attribution(proposal.attribution),
        condition=condition,
        span=text.origin(quoted.span),
        sentence=quoted.sentence.index,
        rule=RULE,
        confidence=CONFIDENCE,
    )


def _is_whole(kind: Kind, proposal: Proposal, condition: Condition | None) -> bool:
    """Has the claim what its kind speaks of?"""
    match kind:
        case Kind.BOUND:
            return bool(proposal.resource)
        case Kind.ACTION:
            return bool(proposal.lever or proposal.subject)
        case Kind.FLIP:
            return condition is not None
        case _:
            return bool(proposal.subject) or kind not in _COMPONENT_KINDS


def _is_about_what_is_named(quoted: _Quoted, text: Text, named: Sequence[Mention]) -> bool:
    proposal, index = quoted.proposal, quoted.sentence.index
    start = text.sentences[max(index - 1, 0)].span.start
    near = [mention for mention in named if start <= mention.span.start < quoted.sentence.span.end]
    components = {mention.id for mention in near if mention.tag is Tag.COMPONENT}
    if proposal.subject and not _is_among(proposal.subject, components):
        return False
    if proposal.lever:
        own = any(mention.id == proposal.lever for mention in near)
        return own or any(_is_among(part, components) for part in LEVERS[proposal.lever].acts_on)
    inside = (mention for mention in near if quoted.span.start <= mention.span.start < quoted.span.end)
    return bool(proposal.subject) or any(mention.tag in _TECHNICAL for mention in inside)


def _is_among(component: str, named: Iterable[str]) -> bool:
    return any(component in ancestors(name) or name in ancestors(component) for name in named)


def _pointed_at(value: float | None, numbers: Sequence[Quantity]) -> Quantity | None:
    """The number of the quote that the model means: the only one, or the one that it repeats, as "65 %" or 0.65."""
    if value is None:
        return numbers[0] if len(numbers) == 1 else None
    for number in numbers:
        written = number.value / number.scale
        same = (number.value, written, number.value * 100 if number.is_share else number.value)
        if any(abs(value - one) <= SAME_NUMBER * abs(one) for one in same):
            return number
    return None


def _condition(quoted: _Quoted, text: Text, numbers: Sequence[Quantity]) -> Condition | None:
    proposal, sentence = quoted.proposal, quoted.sentence
    if not proposal.variable:
        return None
    within = [number for number in numbers if sentence.span.start <= number.span.start < sentence.span.end]
    threshold = _pointed_at(proposal.threshold, within) if proposal.threshold is not None else None
    if proposal.threshold is not None and threshold is None:
        return None
    return Condition(
        param=proposal.variable,
        op=proposal.direction or "=",
        value=threshold.value if threshold else None,
        span=quoted.span,
    )


def _places(claim: Claim) -> frozenset[tuple[str, ...]]:
    """What a claim is about: two claims that share a place say the same thing or contradict each other."""
    sizes = frozenset(("size", group) for group in groups(claim.subject) or {claim.subject})
    match claim.kind:
        case Kind.DOMINATES:
            return sizes | {("dominates",)}
        case Kind.MINOR:
            return sizes
        case Kind.VERDICT:
            return frozenset({("verdict",)})
        case Kind.BOUND:
            return frozenset({("bound", "" if claim.subject == STEP else claim.subject)})
        case _:
            return frozenset(
                {(claim.kind, claim.subject, claim.lever, claim.condition.param if claim.condition else "")}
            )
