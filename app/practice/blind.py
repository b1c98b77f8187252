"""A grade as it may be told before an answer is locked: six numbers, and what was read, which no key decides.

What a candidate could ask of it. The six numbers depend on the key and are allowed to: whoever sends an answer often
enough learns which answers score, as from any mark. Everything else must add nothing to them, or one request would do
what the numbers take a hundred for:

- a criterion's id is its axis and the level that was reached, which the six numbers say already. Names of predicates,
  or which cap held a level down, would say what the key is about;
- a span is what was read for an axis, right or wrong alike. If spans marked what earned credit, a text with a hundred
  ceilings in it would come back with the right one marked;
- no words, expected values, facts, notes or versions: they come from the key, or change with it.

So an answer may be built from this value alone: given the six numbers it is the same for every key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.bank.read import Question
from app.engine import ENGINE_VERSION
from app.grading.grade import grade
from app.grading.heard import heard_by_axis
from app.grading.score import Axis
from app.grading.text import MAX_CHARACTERS, Span
from app.practice.attempt import TooLong


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindGrade:
    """`spans` count characters (code points) of the answer."""

    overall: int
    axes: Mapping[Axis, int]
    spans: Mapping[Axis, tuple[Span, ...]]


def blind_grade(question: Question, answer: str) -> BlindGrade:
    """Grade an answer that nobody has locked; TooLong for one that would not be read."""
    if len(answer) > MAX_CHARACTERS:
        raise TooLong("The answer", length=len(answer), limit=MAX_CHARACTERS)
    key = question.key
    score = grade(answer, rubric=key.rubric, analyses=key.analyses, engine_version=ENGINE_VERSION)
    spans = heard_by_axis(answer, prompt="\n\n".join(question.public.prompt))
    return BlindGrade(overall=score.overall, axes=score.axes, spans=spans)


def blind_to_mapping(found: BlindGrade) -> dict[str, Any]:
    """As JSON: `criteria` has one entry an axis, "numbers.2" where numbers reached level 2."""
    return {
        "overall": found.overall,
        "axes": {str(axis): level for axis, level in found.axes.items()},
        "criteria": [
            {
                "id": f"{axis}.{level}",
                "spans": [{"start": span.start, "end": span.end} for span in found.spans[axis]],
            }
            for axis, level in found.axes.items()
        ],
    }
