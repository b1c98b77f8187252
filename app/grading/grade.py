"""grade(answer, rubric, analyses) -> Score: the one place where text, claims, facts and rubric meet."""

from collections.abc import Iterable, Iterator, Mapping

from app.engine.analysis import Analysis
from app.grading.check import Checked, checked
from app.grading.claims import MARKERS, Claim, Kind, claims
from app.grading.criteria import Rubric, Rung
from app.grading.engine_facts import Engine
from app.grading.guard import Reason, SetAside, reasons_in_words, set_aside
from app.grading.ladder import Ladder, Met, hedged_share, hedges_throughout, is_readable
from app.grading.score import LEVELS, Axis, Criterion, Score, Status, overall
from app.grading.text import MAX_CHARACTERS, TOO_LONG, Span, Text

GRADER_VERSION = "1"
HEDGED_FROM = 0.6  # a text that hedges this share of its judgements commits to nothing
HEDGED_AT_MOST = 1


def grade(
    answer: str,
    *,
    rubric: Rubric,
    analyses: Mapping[str, Analysis],
    engine_version: str = "",
    proposed: Iterable[Claim] = (),
) -> Score:
    """The score of an answer; no text makes it raise. What is too long is not read (callers refuse it before).

    `proposed` are claims that somebody else read in sentences which the rules could not read; checked like the rest.
    """
    too_long = len(answer) > MAX_CHARACTERS
    text = Text.of("" if too_long else answer)
    engine = Engine.of(analyses)
    aside = set_aside(text, prompt=rubric.prompt)
    silent = {item.sentence for item in aside}
    said = claims(text, aliases=rubric.aliases, statements=rubric.statements, silent=silent)
    heard = checked((*said, *proposed), engine, proposal=rubric.proposal)
    found = tuple(item for item in heard if item.claim.kind not in MARKERS)
    ladder = Ladder(rubric=rubric, engine=engine, claims=heard, readable=is_readable(heard))
    open_ended = hedged_share(heard) >= HEDGED_FROM or hedges_throughout(heard, text, silent)
    criteria = tuple(criterion for axis in Axis for criterion in _axis(ladder, axis, open_ended=open_ended))
    axes = {axis: _level(criteria, axis) for axis in Axis}
    unread = tuple(_unread(text, found, silent))
    return Score(
        overall=overall(axes, rubric.weights),
        axes=axes,
        criteria=criteria,
        claims=found,
        unread=unread,
        coverage=_coverage(text, unread, aside),
        notes=(TOO_LONG,) if too_long else tuple(_notes(text, found, unread, aside)),
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        rubric_sha256=rubric.sha256,
        grader_version=GRADER_VERSION,
        engine_version=engine_version,
    )


def _axis(ladder: Ladder, axis: Axis, *, open_ended: bool) -> Iterator[Criterion]:
    """The rungs of one axis, then what holds it down."""
    level, _, _ = ladder.level(axis)
    for rung in sorted((rung for rung in ladder.rubric.rungs if rung.axis is axis), key=lambda rung: rung.level):
        yield _rung(ladder, rung, reached=level)
    caps = [*_caps(ladder, axis, level), *(_hedged(ladder, axis) if open_ended and level > HEDGED_AT_MOST else ())]
    if caps:
        yield min(caps, key=lambda cap: cap.level)


def _rung(ladder: Ladder, rung: Rung, *, reached: int) -> Criterion:
    met = ladder.met(rung.condition)
    status = Status.MET if met.holds else Status.PARTIAL if rung.level <= reached else Status.MISSED
    words = rung.words or LEVELS[rung.axis][rung.level]
    return _criterion(
        f"{rung.axis}.{rung.level}", rung.axis, rung.level, status=status, met=met, why=_why(words, status)
    )


def _why(words: str, status: Status) -> str:
    return {
        Status.MET: f"Your answer reaches this: {words}.",
        Status.PARTIAL: f"A higher level holds; not shown for this one: {words}.",
        Status.MISSED: f"Not found in your answer: {words}.",
    }.get(status, words)


def _criterion(name: str, axis: Axis, level: int, *, status: Status, met: Met, why: str) -> Criterion:
    compared = [item for item in met.evidence if item.expected is not None]
    return Criterion(
        id=name,
        axis=axis,
        level=level,
        status=status,
        spans=tuple(sorted({item.claim.span for item in met.evidence})),
        expected=_expected_words(compared[0]) if compared else "",
        said=_said_words(compared[0]) if compared else "",
        why=why,
        next_step=""
        if status is Status.MET or level >= 4
        else f"Next: {LEVELS[axis][min(level + (status is Status.CAPPED), 4)]}.",
    )


def _expected_words(item: Checked) -> str:
    value = f"{item.expected:.4g}" if isinstance(item.expected, float) else str(item.expected)
    return f"{value} ({item.fact}; {item.convention})" if item.convention else f"{value} ({item.fact})"


def _said_words(item: Checked) -> str:
    return f"{item.said:.4g}" if isinstance(item.said, float) else str(item.said or "")


def _caps(ladder: Ladder, axis: Axis, level: int) -> Iterator[Criterion]:
    for index, cap in enumerate(ladder.rubric.caps):
        if cap.axis is not axis or cap.at_most >= level:
            continue
        met = ladder.met(cap.when)
        if met.holds and not (cap.unless and ladder.met(cap.unless).holds):
            yield _criterion(
                f"{axis}.cap.{index}",
                axis,
                cap.at_most,
                status=Status.CAPPED,
                met=met,
                why=cap.words or "This contradicts what the engine says.",
            )


def _hedged(ladder: Ladder, axis: Axis) -> Iterator[Criterion]:
    """Holds an axis down where a text commits to nothing; the hedges are what shows it."""
    hedges = tuple(item for item in ladder.claims if item.claim.kind is Kind.HEDGE)
    why = "Nearly everything is left open; a position is needed before it can be checked."
    met = Met(holds=True, evidence=hedges)
    yield _criterion(f"{axis}.cap.hedged", axis, HEDGED_AT_MOST, status=Status.CAPPED, met=met, why=why)


def _level(criteria: tuple[Criterion, ...], axis: Axis) -> int:
    own = [criterion for criterion in criteria if criterion.axis is axis]
    capped = [criterion.level for criterion in own if criterion.status is Status.CAPPED]
    reached = max((criterion.level for criterion in own if criterion.status is Status.MET), default=0)
    return min([reached, *capped])


def _unread(text: Text, found: tuple[Checked, ...], silent: set[int]) -> Iterator[Span]:
    """Sentences with content that gave no claim."""
    spoken = {item.claim.sentence for item in found}
    for sentence in text.sentences:
        words = text.plain[sentence.span.start : sentence.span.end].split()
        if sentence.index not in spoken and sentence.index not in silent and len(words) >= 4:
            yield text.origin(sentence.span)


def _coverage(text: Text, unread: tuple[Span, ...], aside: tuple[SetAside, ...]) -> float:
    read = len(text.sentences) - len(aside)
    return 1 - len(unread) / read if read > 0 else 0.0


def _notes(
    text: Text, found: tuple[Checked, ...], unread: tuple[Span, ...], aside: tuple[SetAside, ...]
) -> Iterator[str]:
    yield from reasons_in_words(aside)
    if unread:
        plural = "s" if len(unread) > 1 else ""
        yield f"{len(unread)} sentence{plural} could not be read; they cost nothing and earn nothing."
    if not text.plain.strip():
        yield "The answer is empty."
    elif not found and any(item.reason is Reason.FOREIGN for item in aside):
        yield "This grader reads English; the answer was not understood, which is no judgement of what it says."
    elif not is_readable(found):
        yield "No claim about the situation was understood; say what binds, by how much, and what you would do."
