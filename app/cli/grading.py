"""chokepoint grade: an answer against a question of the bank."""

import argparse

from app.cli.questions import question_of
from app.cli.reading import Commands, command, print_json, text_of
from app.engine import ENGINE_VERSION
from app.grading.grade import grade
from app.grading.score import AXIS_LABELS, Score, score_to_mapping


def add_commands(commands: Commands) -> None:
    """Add grade."""
    graded = command(commands, "grade", show_grade)
    graded.add_argument("question", metavar="QUESTION_ID")
    graded.add_argument("answer", metavar="FILE|-", nargs="?", default="-", help="the answer as text")
    graded.add_argument("--json", action="store_true", help="print JSON")


def show_grade(options: argparse.Namespace) -> None:
    """Grade an answer to a question."""
    question = question_of(options.question)
    answer = text_of(options.answer)
    score = grade(answer, rubric=question.key.rubric, analyses=question.key.analyses, engine_version=ENGINE_VERSION)
    if options.json:
        print_json(score_to_mapping(score))
        return
    print("\n".join(_score_lines(score, answer)))


def _score_lines(score: Score, answer: str) -> list[str]:
    lines = [f"{score.overall} of 100"]
    lines += [f"  {AXIS_LABELS[axis]:12}{level} of 4" for axis, level in score.axes.items()]
    for item in score.claims:
        span = item.claim.span
        engine = "" if item.expected is None else f"  engine: {item.expected} ({item.fact})"
        lines.append(f"  {item.verdict:14}{answer[span.start : span.end]!r}{engine}")
    return lines + [f"  {note}" for note in score.notes]
