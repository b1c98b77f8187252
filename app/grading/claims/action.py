"""What to do: levers and components recommended or rejected, and how the author would check."""

import re
from collections.abc import Iterator

from app.grading.claims.claim import Claim, Kind, claim
from app.grading.frame import Frame, Topic
from app.grading.lexicon import Tag
from app.grading.ontology import Mention
from app.grading.stance import Attribution, Modality, attribution, contrasted, modality, only_conditional, positive


def action_claims(frame: Frame) -> Iterator[Claim]:
    """Each lever, component or project that the sentence tells to do or to leave."""
    levers = frame.of(Tag.LEVER)
    for lever in levers:
        if lever.id == "attention_kernels":
            continue
        yield from _action(frame, lever, subject="", lever=lever.id)
    for component in frame.components():
        if any(component.span.touches(lever.span) for lever in levers if lever.id != "attention_kernels"):
            continue
        yield from _action(frame, component, subject=component.id, lever="")


def verify_claims(frame: Frame) -> Iterator[Claim]:
    """Measuring, profiling, comparing before and after; "without profiling" is the opposite."""
    for word in frame.of(Tag.VERIFY):
        refused = not positive(frame, word.span) or bool(
            re.search(
                r"\b(?:without|no need to|don't need to|no)\s(?:any |a |even )?$", frame.before(word.span.start, 24)
            )
        )
        yield claim(frame, Kind.VERIFY, word.span, rule="verify", polarity=not refused)
        return


def _action(frame: Frame, target: Mention, *, subject: str, lever: str) -> Iterator[Claim]:
    found = _rejected(frame, target) or _recommended(frame, target, is_lever=bool(lever))
    if not found:
        return
    rule, cue, polarity = found
    spans = (target.span, cue.span) if cue else (target.span,)
    hedged = modality(frame, target.span.start)
    who = attribution(frame, target.span.start)
    if who is Attribution.HYPOTHETICAL and rule == "action.recommend" and only_conditional(frame, target.span.start):
        who = Attribution.SELF  # "if that is not enough, I would quantise the cache" is a plan, not a supposition
    if cue is None and who is Attribution.SELF and rule == "action.bare":
        hedged = Modality.HEDGED
    yield claim(
        frame,
        Kind.ACTION,
        *spans,
        rule=rule,
        subject=subject,
        lever=lever,
        polarity=polarity,
        modality=hedged,
        attribution=who,
    )


Found = tuple[str, Mention | None, bool]


def _rejected(frame: Frame, target: Mention) -> Found | None:
    """A verb of rejection nearest to the target, a denied recommendation, or the target set aside ("not attention")."""
    index = frame.clause(target.span.start)
    cues = [cue for cue in frame.in_clause(index, Tag.REJECT, Tag.RECOMMEND) if not _is_part_of(cue, target)]
    before = [cue for cue in cues if cue.span.start <= target.span.start]
    nearest = before[-1] if before else None
    if any(cue.span.start == target.span.start and _is_part_of(cue, target) for cue in frame.of(Tag.RECOMMEND)):
        nearest = None  # "tune the GEMMs" brings its own verb
    if (
        nearest
        and nearest.tag is Tag.REJECT
        and not re.search(r"\bbefore\s\w*\s?$", frame.before(nearest.span.start, 16))
    ):
        return "action.reject", nearest, not positive(frame, nearest.span)
    if nearest and not positive(frame, nearest.span) and not contrasted(frame, target):
        return "action.denied", nearest, False
    after = next((cue for cue in cues if cue.tag is Tag.REJECT and cue.span.start > target.span.start), None)
    if nearest is None and after and not _another_between(frame, target, after):
        return "action.reject", after, not positive(frame, after.span)
    if contrasted(frame, target) and _recommends_somewhere(frame):
        return "action.contrast", None, False
    return None


def _is_part_of(cue: Mention, target: Mention) -> bool:
    return cue.span.touches(target.span) and cue.span != target.span


def _another_between(frame: Frame, target: Mention, cue: Mention) -> bool:
    """Does another thing stand nearer to the verb, or does "and" start a new predicate before it?"""
    others = frame.of(Tag.LEVER, Tag.COMPONENT)
    return any(target.span.end < other.span.start < cue.span.start and other.id != target.id for other in others)


def _recommends_somewhere(frame: Frame) -> bool:
    return frame.has(Tag.RECOMMEND) or frame.topic is Topic.MOVE


def _recommended(frame: Frame, target: Mention, *, is_lever: bool) -> Found | None:
    index = frame.clause(target.span.start)
    cue = _cue_before(frame, target, index)
    if cue and not contrasted(frame, target):
        return "action.recommend", cue, True
    if not is_lever:
        return None
    if frame.topic is Topic.MOVE or re.search(
        r"\b(?:first|then|next|instead|levers?|last)\b\s?:?", frame.clause_words(index)[:12]
    ):
        return "action.listed", None, True
    if frame.has(Tag.GAIN) and frame.clause_words(index).startswith(
        frame.text.keys[target.span.start : target.span.end]
    ):
        return "action.gains", None, True
    if frame.sentence.bullet or _opens(frame, target, index):
        return "action.opens", None, True
    return ("action.bare", None, True) if not frame.in_clause(index, Tag.MINOR) else None


def _cue_before(frame: Frame, target: Mention, index: int) -> Mention | None:
    """A verb of recommendation before the target, in its clause or in one that a list of commas carries on from."""
    cues = [m for m in frame.of(Tag.RECOMMEND) if m.span.start <= target.span.start and positive(frame, m.span)]
    for cue in reversed(cues):
        first = frame.clause(cue.span.start)
        openers = [frame.sentence.clauses[i].opener for i in range(first + 1, index + 1)]
        if all(opener in (",", ":", "(", ")", "->", "=>", "") for opener in openers):
            return cue
    return None


def _opens(frame: Frame, target: Mention, index: int) -> bool:
    """An imperative or a bare noun phrase at the start of its clause: "Fuse bias and GELU", "FP8 weights too"."""
    before = frame.text.keys[frame.sentence.clauses[index].span.start : target.span.start].strip()
    return len(before.split()) <= 2 and not frame.sentence.question and not frame.in_clause(index, Tag.NEGATOR)
