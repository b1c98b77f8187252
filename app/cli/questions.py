"""chokepoint questions, and the schema of their files."""

import argparse

from app.bank.load import load_bank
from app.bank.read import Question
from app.bank.schema import SCHEMAS
from app.cli.reading import BadInput, Commands, command, print_json
from app.config import settings_from_environment


def add_commands(commands: Commands) -> None:
    """Add questions check and schema."""
    questions = command(commands, "questions", check_questions).add_subparsers(required=True, metavar="check")
    check = questions.add_parser("check", help="check the whole bank, or one question")
    check.add_argument("question", metavar="QUESTION_ID", nargs="?")
    check.set_defaults(run=check_questions)
    schema = command(commands, "schema", show_schema)
    schema.add_argument("file", nargs="?", default="question", choices=tuple(SCHEMAS))


def check_questions(options: argparse.Namespace) -> None:
    """Check the bank, or one question: files, figures, claims and words; every problem with file, field and remedy."""
    bank = load_bank(settings_from_environment().questions)
    chosen = bank.rooms.questions if options.question is None else (question_of(options.question),)
    for question in chosen:
        claims = len(question.key.claims)
        state = "active" if question.active else "draft"
        print(f"{question.public.id:32} {state:8} {claims} claims hold, {len(question.key.rubric.rungs)} criteria")


def show_schema(options: argparse.Namespace) -> None:
    """Print the JSON Schema of a question's files, for editors."""
    print_json(SCHEMAS[options.file].model_json_schema())


def question_of(question_id: str) -> Question:
    """The question of that id, key included."""
    bank = load_bank(settings_from_environment().questions)
    question = bank.rooms.question(question_id)
    if question is None:
        known = ", ".join(question.public.id for question in bank.rooms.questions)
        raise BadInput(f"QUESTION_ID: {question_id!r} is not in the bank; there are {known}")
    return question
