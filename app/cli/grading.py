"""chokepoint grade, grade-batch: answers against questions of the bank."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Any

from app.bank.bank import Shelf
from app.cli.lines import as_lines, lines_of, write_whole
from app.cli.questions import question_of, the_bank
from app.cli.reading import BadInput, Commands, command, print_json, text_of
from app.config import settings_from_environment
from app.evaluation.answers import Answer, answer_from_mapping
from app.evaluation.today import assisted_score_of, score_of
from app.grading.proposing.asking import assisted_to_mapping
from app.grading.proposing.reading import RULE
from app.grading.score import AXIS_LABELS, Score, score_to_mapping
from app.grading.text import MAX_CHARACTERS
from app.main import open_judge


def add_commands(commands: Commands) -> None:
    """Add grade and grade-batch."""
    graded = command(commands, "grade", show_grade)
    graded.add_argument("question", metavar="QUESTION_ID")
    graded.add_argument("answer", metavar="FILE|-", nargs="?", default="-", help="the answer as text")
    graded.add_argument("--judge", action="store_true", help="ask the language model of CHOKEPOINT_JUDGE_URL as well")
    graded.add_argument("--json", action="store_true", help="print JSON")
    batch = command(commands, "grade-batch", grade_batch)
    batch.add_argument("answers", metavar="FILE.jsonl|-", help='lines of {"id", "scenario", "text"}')
    batch.add_argument("--out", metavar="FILE|-", default="-", help="where the grades go, a line for each answer")
    batch.add_argument("--details", action="store_true", help="write criteria, claims and versions as well")


def show_grade(options: argparse.Namespace) -> None:
    """Grade an answer to a question."""
    question = question_of(options.question)
    answer = text_of(options.answer)
    judge = open_judge(settings_from_environment()) if options.judge else None
    if options.judge and judge is None:
        raise BadInput("--judge: no language model is set; CHOKEPOINT_JUDGE_URL and CHOKEPOINT_JUDGE_MODEL name one")
    assisted = assisted_score_of(question, answer, proposer=judge)
    if options.json:
        print_json(assisted_to_mapping(assisted))
        return
    print("\n".join(_score_lines(assisted.score, answer)))


def grade_batch(options: argparse.Namespace) -> None:
    """Grade a file of answers, a JSON object a line; a bad line is named and nothing is written."""
    bank = the_bank().rooms
    answers = lines_of(options.answers, in_bank(bank, answer_from_mapping))
    for answer in answers:
        if len(answer.text) > MAX_CHARACTERS:
            print(
                f"chokepoint: answer {answer.id!r} has {len(answer.text):,} characters; at most {MAX_CHARACTERS:,} are "
                "read, so it got 0",
                file=sys.stderr,
            )
    write_whole(options.out, as_lines(_row(bank, answer, details=options.details) for answer in answers))


def in_bank(bank: Shelf, read: Callable[[Mapping[str, Any]], Answer]) -> Callable[[Mapping[str, Any]], Answer]:
    """Reads an answer and refuses it when the bank does not have its question."""

    def checked(written: Mapping[str, Any]) -> Answer:
        answer = read(written)
        if bank.question(answer.scenario) is None:
            known = ", ".join(question.public.id for question in bank.questions)
            raise ValueError(f"scenario: {answer.scenario!r} is not in the bank; there are {known}")
        return answer

    return checked


def _row(bank: Shelf, answer: Answer, *, details: bool) -> dict[str, Any]:
    question = bank.question(answer.scenario)
    assert question is not None  # every line was read with `in_bank`
    score = score_to_mapping(score_of(question, answer.text))
    chosen = score if details else {name: score[name] for name in ("overall", "axes")}
    return {"id": answer.id, **chosen}


def _score_lines(score: Score, answer: str) -> list[str]:
    lines = [f"{score.overall} of 100"]
    lines += [f"  {AXIS_LABELS[axis]:12}{level} of 4" for axis, level in score.axes.items()]
    for item in score.claims:
        span = item.claim.span
        engine = "" if item.expected is None else f"  engine: {item.expected} ({item.fact})"
        whose = "  read by the language model" if item.claim.rule == RULE else ""
        lines.append(f"  {item.verdict:14}{answer[span.start : span.end]!r}{engine}{whose}")
    return lines + [f"  {note}" for note in score.notes]
