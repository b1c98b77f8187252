"""Claims of a text: every sentence as a frame, every rule on every frame, then corrections."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from app.grading.claims.action import action_claims, verify_claims
from app.grading.claims.claim import MARKERS, Claim, Kind, claim
from app.grading.claims.flip import flip_claims
from app.grading.claims.gain import gain_claims
from app.grading.claims.judgement import bound_claims, dominance_claims, minor_claims, verdict_claims
from app.grading.claims.reason import assumption_claims, formula_claims, scaling_claims, tradeoff_claims
from app.grading.claims.share import figure_claims, share_claims
from app.grading.claims.statement import statement_claims
from app.grading.frame import Frame, frames
from app.grading.lexicon import Tag
from app.grading.ontology import Mention, mentions
from app.grading.quantity import quantities
from app.grading.stance import Attribution
from app.grading.statement import Heard, Statements, heard
from app.grading.text import Text

__all__ = ["MARKERS", "Claim", "Kind", "claims"]

_RULES: tuple[Callable[[Frame], Iterator[Claim]], ...] = (
    share_claims, gain_claims, dominance_claims, minor_claims, bound_claims, verdict_claims, action_claims,
    verify_claims, flip_claims, formula_claims, scaling_claims, assumption_claims, tradeoff_claims, figure_claims,
)  # fmt: skip
_REVISABLE = frozenset({Kind.VERDICT, Kind.DOMINATES, Kind.MINOR, Kind.BOUND, Kind.ACTION})


def claims(
    text: Text,
    *,
    aliases: Iterable[tuple[str, str]] = (),
    statements: Statements | None = None,
    silent: Collection[int] = (),
) -> tuple[Claim, ...]:
    """Every claim, in order, spans in characters of the original; sentences in `silent` give none."""
    found: list[Claim] = []
    corrected_at: list[int] = []
    prior, paragraph = "", -1
    named = mentions(text, aliases)
    listened = _heard(text, statements, named)
    for frame in frames(text, named, quantities(text)):
        if frame.sentence.index in silent:
            continue
        if frame.sentence.paragraph != paragraph and not frame.sentence.bullet:
            prior = "" if paragraph >= 0 else prior
        paragraph = frame.sentence.paragraph
        frame = replace(frame, prior=prior)
        if frame.has(Tag.CORRECTION):
            corrected_at.append(frame.sentence.index)
            found.append(claim(frame, Kind.TURN, frame.of(Tag.CORRECTION)[0].span, rule="turn", condition=None))
        found += [
            claim(frame, Kind.HEDGE, m.span, rule="hedge", condition=None)
            for m in frame.of(Tag.HEDGE, Tag.DEPENDS, Tag.BOTH)
        ]
        for rule in _RULES:
            found += rule(frame)
        found += statement_claims(frame, listened[frame.sentence.index])
        prior = _spoken_of(frame) or prior
    kept = _revised(found, corrected_at)
    return tuple(sorted((_placed(text, item) for item in kept), key=lambda item: (item.span, item.kind)))


def _heard(text: Text, statements: Statements | None, named: Iterable[Mention]) -> tuple[tuple[Heard, ...], ...]:
    if statements is None:
        return ((),) * len(text.sentences)
    return heard(text, statements, ((mention.id, mention.span) for mention in named))


def _spoken_of(frame: Frame) -> str:
    components = [mention for mention in frame.components() if mention.id not in ("proposal", "weights")]
    return components[-1].id if components else ""


def _placed(text: Text, claim: Claim) -> Claim:
    return replace(claim, span=text.origin(claim.span))


def _revised(found: list[Claim], corrected_at: list[int]) -> list[Claim]:
    """Where the text corrects itself, an earlier claim that a later one contradicts is no longer the author's."""
    if not corrected_at:
        return found
    latest = _latest(found)
    return [
        replace(c, attribution=Attribution.TENTATIVE) if _is_taken_back(c, latest, corrected_at) else c for c in found
    ]


Place = tuple[Kind, str, str]


def _latest(found: list[Claim]) -> dict[Place, dict[tuple[bool, str], int]]:
    """For each thing that is judged, the last sentence that judges it one way and the other."""
    latest: dict[Place, dict[tuple[bool, str], int]] = {}
    for item in found:
        if item.own and item.kind in _REVISABLE:
            judged = latest.setdefault(_place(item), {})
            judged[_side(item)] = item.sentence
    return latest


def _place(claim: Claim) -> Place:
    return claim.kind, claim.subject, claim.lever


def _side(claim: Claim) -> tuple[bool, str]:
    return claim.polarity, claim.object if claim.kind is Kind.BOUND else ""


def _is_taken_back(claim: Claim, latest: dict[Place, dict[tuple[bool, str], int]], corrected_at: list[int]) -> bool:
    """Is there a turn at or after the claim, and after that turn a claim on the other side?"""
    if claim.kind not in _REVISABLE or not claim.own:
        return False
    turn = bisect_left(corrected_at, claim.sentence)
    if turn == len(corrected_at):
        return False
    since = max(corrected_at[turn], claim.sentence + 1)
    sides = latest.get(_place(claim), {})
    return any(last >= since for side, last in sides.items() if side != _side(claim))
