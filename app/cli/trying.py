"""chokepoint questions try and report: what the grader makes of a phrase, and of labelled answers."""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from typing import Any

from app.bank.read import Question
from app.cli.reading import print_json
from app.evaluation.answers import LabelledAnswer
from app.evaluation.criteria import Tally, WrongCase, caps, rungs
from app.evaluation.today import score_of
from app.grading.score import AXIS_LABELS, Score, Status, score_to_mapping


def try_phrases(question: Question, phrases: Iterable[str], *, as_json: bool) -> None:
    """For each phrase print its claims with the engine's verdicts, and the criteria that they meet."""
    for phrase in phrases:
        score = score_of(question, phrase)
        if as_json:
            print_json(score_to_mapping(score))
        else:
            print("\n".join(_tried(score, phrase)), flush=True)


def typed_phrases() -> Iterator[str]:
    """A phrase a line, from a person at a prompt or from a file, until there is no more."""
    asked = "> " if sys.stdin.isatty() else ""
    with contextlib.suppress(KeyboardInterrupt, EOFError):
        while True:
            if phrase := input(asked).strip():
                yield phrase
    if asked:
        print()


def report_criteria(question: Question, answers: Sequence[LabelledAnswer]) -> None:
    """Print precision and recall of every criterion, then the cases that it gets wrong."""
    graded = [(labelled, score_of(question, labelled.answer.text)) for labelled in answers]
    print("\n".join(_report([*rungs(graded), *caps(graded)])))


def _tried(score: Score, phrase: str) -> Iterator[str]:
    mapping = score_to_mapping(score)
    for claim in mapping["claims"]:
        yield f"  {_quoted(phrase, claim)}"
        yield f"    {_claim(claim)}"
        yield f"    {_verdict(claim)}"
    if not mapping["claims"]:
        yield "  no claim understood"
    yield from (f"  {note}" for note in score.notes)
    for criterion in score.criteria:
        if criterion.status in (Status.MET, Status.CAPPED):
            evidence = ", ".join(repr(phrase[span.start : span.end]) for span in criterion.spans)
            yield f"  {criterion.id} {criterion.status}: {criterion.why} {evidence}".rstrip()
    levels = ", ".join(f"{AXIS_LABELS[axis].lower()} {level}" for axis, level in score.axes.items())
    yield f"  {score.overall} of 100: {levels}"


def _quoted(phrase: str, claim: Mapping[str, Any]) -> str:
    return repr(phrase[claim["start"] : claim["end"]])


def _claim(claim: Mapping[str, Any]) -> str:
    """`share of mlp, 0.65 %; if seq_len > 49152; hedged`, only what is there."""
    named = [claim["subject"], claim["lever"], claim["object"]]
    what = f"{'' if claim['polarity'] == '+' else 'not '}{claim['kind']}: {', '.join(filter(None, named)) or 'unnamed'}"
    parts = [what]
    if claim["value"] is not None:
        percent = claim["unit"] == "%"
        parts.append(f"{claim['value'] * (100 if percent else 1):.6g} {claim['unit']}".rstrip())
    if condition := claim["condition"]:
        value = condition["formula"] or ("" if condition["value"] is None else f"{condition['value']:.6g}")
        parts.append(f"if {condition['param'] or 'something'} {condition['op']} {value}".rstrip())
    usual = {"modality": "certain", "attribution": "self"}
    parts += [str(claim[name]) for name, value in usual.items() if claim[name] != value]
    return f"{'; '.join(parts)}  (rule {claim['rule']})"


def _verdict(claim: Mapping[str, Any]) -> str:
    expected = claim["expected"]
    if expected is None:
        return str(claim["verdict"])
    value = f"{expected:.6g}" if isinstance(expected, float) else expected
    counted = f"; {claim['convention']}" if claim["convention"] else ""
    return f"{claim['verdict']}: the engine says {value} ({claim['fact']}{counted})"


def _report(tallies: list[Tally]) -> Iterator[str]:
    yield f"{'criterion':24}{'labelled':>10}{'met':>8}{'precision':>12}{'recall':>10}  in words"
    for tally in tallies:
        yield (
            f"{tally.id:24}{_count(tally.true):>10}{tally.found:>8}{_share(tally.precision):>12}{_share(tally.recall):>10}"
            f"  {tally.words}"
        )
    for tally in tallies:
        if tally.wrong:
            yield f"\n{tally.id}"
            yield from (f"  {_case(tally.id, case)}" for case in tally.wrong)


def _case(name: str, case: WrongCase) -> str:
    labels = " and ".join(str(level) for level in case.labels)
    how = "held down" if ".cap." in name else "met" if case.met else "missed"
    quotes = "; ".join(repr(" ".join(quote.split())[:80]) for quote in case.quotes)
    return f"{case.answer}: {how}, labelled {labels}, graded {case.level}{f': {quotes}' if quotes else ''}"


def _count(value: float) -> str:
    return f"{value:g}" if isfinite(value) else "-"


def _share(value: float) -> str:
    return f"{value:.2f}" if isfinite(value) else "-"
