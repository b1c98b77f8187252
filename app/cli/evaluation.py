"""chokepoint grade-eval: the grader beside the people who scored the same answers."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from app.bank.bank import Shelf
from app.bank.read import Question
from app.cli.lines import lines_of
from app.cli.questions import the_bank
from app.cli.reading import BadInput, Commands, command, print_json
from app.evaluation.answers import LabelledAnswer, labelled_from_mapping
from app.evaluation.comparison import Group, compared
from app.evaluation.tables import LEGEND, group_lines, group_to_mapping
from app.evaluation.today import score_of
from app.web.views.prose import plain, written


def add_commands(commands: Commands) -> None:
    """Add grade-eval."""
    evaluated = command(commands, "grade-eval", evaluate_grader)
    evaluated.add_argument("answers", metavar="FILE.jsonl|-", help='lines of {"id", "scenario", "text", "scores"}')
    evaluated.add_argument(
        "--in-sample",
        metavar="ID,ID",
        help="the questions whose answers the rules were written with; the figures are then given apart",
    )
    evaluated.add_argument("--json", action="store_true", help="print JSON")


def evaluate_grader(options: argparse.Namespace) -> None:
    """Hold the grader against scored answers, beside baselines and the scorers' own agreement."""
    bank = the_bank().rooms
    given = lines_of(options.answers, labelled_from_mapping)
    answers = [labelled for labelled in given if bank.question(labelled.answer.scenario) is not None]
    if missing := Counter(one.answer.scenario for one in given if bank.question(one.answer.scenario) is None):
        names = ", ".join(f"{name} ({n})" for name, n in sorted(missing.items()))
        print(f"chokepoint: not in the bank, so not graded: {names}", file=sys.stderr)
    if not answers:
        raise BadInput(f"{options.answers}: no answer to a question of the bank")
    seen = None if options.in_sample is None else _known(options.in_sample.split(","), bank)
    groups = compared_on(bank, answers, seen=seen)
    if options.json:
        print_json([group_to_mapping(group) for group in groups])
        return
    for group in groups:
        print("\n".join((f"## {group.name}", "", *group_lines(group), "")))
    print(LEGEND, end="")


def compared_on(bank: Shelf, answers: Sequence[LabelledAnswer], *, seen: Sequence[str] | None) -> tuple[Group, ...]:
    """Grade the answers, all of them to questions of the bank, and compare."""
    questions = {question.public.id: question for question in bank.questions}
    grades = [score_of(questions[one.answer.scenario], one.answer.text) for one in answers]
    keys = {name: _prose(questions[name]) for name in {one.answer.scenario for one in answers}}
    return compared(answers, grades, keys=keys, seen=seen)


def _known(names: Sequence[str], bank: Shelf) -> Sequence[str]:
    for name in names:
        if bank.question(name) is None:
            known = ", ".join(question.public.id for question in bank.questions)
            raise BadInput(f"--in-sample: {name!r} is not in the bank; there are {known}")
    return names


def _prose(question: Question) -> str:
    """The key as its reader sees it, figures put in."""
    key = question.key
    parts = (key.trap, *key.numbers, key.flip, *key.moves, *(saying.verdict for saying in key.people_say))
    return " ".join(plain(written(part)) for part in parts)
