"""Claim: one thing that an answer says about the situation, and the words that say it."""

from dataclasses import dataclass
from enum import StrEnum

from app.grading.condition import Condition, condition_at
from app.grading.frame import Frame
from app.grading.ontology import Mention
from app.grading.quantity import Quantity
from app.grading.stance import Attribution, Modality, attribution, modality
from app.grading.text import Span


class Kind(StrEnum):
    SHARE = "share"  # a component is so many per cent
    DOMINATES = "dominates"
    MINOR = "minor"
    BOUND = "bound"  # what the step or a component waits for
    CEILING = "ceiling"  # the most that a component or a project can gain
    SPEEDUP = "speedup"  # so many times faster, from a stated cause
    ACTION = "action"  # recommend or reject a lever, a component, a proposal
    VERDICT = "verdict"  # agree or disagree with what was put forward
    FLIP = "flip"  # when the answer changes
    TRADEOFF = "tradeoff"
    VERIFY = "verify"
    ASSUMPTION = "assumption"
    FORMULA = "formula"
    SCALING = "scaling"
    FIGURE = "figure"  # any other number with a unit
    SAYS = "says"  # what a rubric listens for in its own words; `object` is the statement's name
    TURN = "turn"  # not a claim: where the text corrects itself; never shown
    HEDGE = "hedge"  # not a claim: a word that leaves things open; never shown
    NEAR = "near"  # not a claim: a word that a rubric's figure must stand beside; never shown


MARKERS = frozenset({Kind.HEDGE, Kind.NEAR, Kind.TURN})  # what the ladder needs to know of a text beside its claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`span` counts characters of the original answer; `polarity` False denies."""

    kind: Kind
    subject: str = ""  # a component of the ontology, or "" when the text leaves it open
    object: str = ""  # the resource of a bound, the variable of a scaling, the second component of a comparison
    lever: str = ""
    quantity: Quantity | None = None
    factor: float | None = None  # of a speedup: how much faster the subject becomes
    basis: str = ""  # flops, time, parameters, bytes; "" when the text is silent
    formula: str = ""
    polarity: bool = True
    modality: Modality = Modality.CERTAIN
    attribution: Attribution = Attribution.SELF
    condition: Condition | None = None
    span: Span
    sentence: int
    rule: str
    confidence: float = 0.9

    @property
    def own(self) -> bool:
        """Said by the author, as the author's view."""
        return self.attribution is Attribution.SELF

    @property
    def firm(self) -> bool:
        return self.own and self.modality is not Modality.HEDGED


def claim(frame: Frame, kind: Kind, *at: Span, rule: str, **facts: object) -> Claim:
    """A claim over the given stretches of a frame, with stance read at the first of them; span still in plain text."""
    position = at[0].start
    span = Span(min(part.start for part in at), max(part.end for part in at))
    stance: dict[str, object] = {
        "modality": modality(frame, position),
        "attribution": attribution(frame, position),
        "condition": condition_at(frame, position),
    }
    values = {**stance, **facts}
    return Claim(kind=kind, span=span, sentence=frame.sentence.index, rule=rule, **values)  # type: ignore[arg-type]


def subject_before(frame: Frame, position: int, components: tuple[Mention, ...]) -> Mention | None:
    """The component named last before a place."""
    earlier = [mention for mention in components if mention.span.start < position]
    return earlier[-1] if earlier else None
