"""chokepoint questions, and the schema of their files."""

import argparse

from pydantic import BaseModel

from app.bank.load import load_bank
from app.bank.read import Question
from app.bank.schema import KeyForm, QuestionForm
from app.cli import authoring
from app.cli.lines import lines_of
from app.cli.reading import BadInput, Commands, command, print_json
from app.config import settings_from_environment
from app.evaluation.answers import LabelledAnswer, labelled_from_mapping


def add_commands(commands: Commands) -> None:
    """Add questions check, try, report, and schema."""
    questions = command(commands, "questions", check_questions).add_subparsers(
        required=True, metavar="check|try|report"
    )
    check = questions.add_parser("check", help="check the whole bank, or one question")
    check.add_argument("question", metavar="QUESTION_ID", nargs="?")
    check.set_defaults(run=check_questions)
    tried = command(questions, "try", try_phrases)
    tried.add_argument("question", metavar="QUESTION_ID")
    tried.add_argument("phrase", nargs="*", help="what an answer might say; without one, a phrase a line is read")
    tried.add_argument("--json", action="store_true", help="print JSON, an object a phrase")
    reported = command(questions, "report", report_criteria)
    reported.add_argument("question", metavar="QUESTION_ID")
    reported.add_argument(
        "--answers", metavar="FILE.jsonl", action="append", default=[], help="more scored answers, as for grade-eval"
    )
    schema = command(commands, "schema", show_schema)
    schema.add_argument("file", nargs="?", default="question", choices=("question", "key"))


def check_questions(options: argparse.Namespace) -> None:
    """Check the bank, or one question: files, figures, claims and words; every problem with file, field and remedy."""
    bank = load_bank(settings_from_environment().questions)
    chosen = bank.questions if options.question is None else (question_of(options.question),)
    for question in chosen:
        claims = len(question.key.claims)
        state = "active" if question.active else "draft"
        print(f"{question.public.id:32} {state:8} {claims} claims hold, {len(question.key.rubric.rungs)} criteria")


def try_phrases(options: argparse.Namespace) -> None:
    """Show what is understood of a phrase, the engine's verdict on each claim, and the criteria that it meets."""
    phrases = [" ".join(options.phrase)] if options.phrase else authoring.typed_phrases()
    authoring.try_phrases(question_of(options.question), phrases, as_json=options.json)


def report_criteria(options: argparse.Namespace) -> None:
    """Say of every criterion how it does on labelled answers, with the cases that it gets wrong."""
    question = question_of(options.question)
    given: list[LabelledAnswer] = []
    for place in options.answers:
        given += [one for one in lines_of(place, labelled_from_mapping) if one.answer.scenario == question.public.id]
    if not given:
        raise BadInput(f"{question.public.id}: no labelled answers; give some with --answers FILE.jsonl")
    authoring.report_criteria(question, given)


def show_schema(options: argparse.Namespace) -> None:
    """Print the JSON Schema of a question's files, for editors."""
    forms: dict[str, type[BaseModel]] = {"question": QuestionForm, "key": KeyForm}
    print_json(forms[options.file].model_json_schema())


def question_of(question_id: str) -> Question:
    """The question of that id, key included."""
    bank = load_bank(settings_from_environment().questions)
    question = bank.question(question_id)
    if question is None:
        known = ", ".join(question.public.id for question in bank.questions)
        raise BadInput(f"QUESTION_ID: {question_id!r} is not in the bank; there are {known}")
    return question
