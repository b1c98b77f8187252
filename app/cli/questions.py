"""chokepoint questions check, facts, try and report, and the schema of the files."""

import argparse
from collections.abc import Iterator, Sequence

from app.bank.across import across_problems
from app.bank.bank import Bank
from app.bank.errors import BadQuestion
from app.bank.graded import Miss, misses
from app.bank.load import load_bank, load_question
from app.bank.prove_red import Proof, prove_red
from app.bank.read import Question
from app.bank.schema import SCHEMAS
from app.bank.schema.reference import reference
from app.bank.snapshot import snapshot
from app.cli import authoring, trying
from app.cli.lines import lines_of
from app.cli.places import question_folder
from app.cli.reading import BadInput, Commands, command, print_json
from app.config import private_folders, settings_from_environment
from app.engine.facts import Fact
from app.evaluation.answers import labelled_from_mapping
from app.evaluation.samples import sample_answers
from app.web.format import quantity
from app.web.views.prose import figure_text


def add_commands(commands: Commands) -> None:
    """Add questions check, facts, try and report, and schema."""
    questions = command(commands, "questions", check_questions).add_subparsers(required=True, metavar="COMMAND")
    check = command(questions, "check", check_questions)
    check.add_argument("question", metavar="QUESTION_ID", nargs="?")
    check.add_argument("--strict", action="store_true", help="a sample that the grader misses is a failure")
    check.add_argument("--prove-red", action="store_true", help="every claim must break under a known-wrong formula")
    listed = command(questions, "facts", show_facts)
    listed.add_argument("question", metavar="QUESTION_ID", nargs="?")
    tried = command(questions, "try", try_phrases)
    tried.add_argument("question", metavar="QUESTION_ID")
    tried.add_argument("phrase", nargs="*", help="what an answer might say; without one, a phrase a line is read")
    tried.add_argument("--json", action="store_true", help="print JSON, an object a phrase")
    reported = command(questions, "report", report_criteria)
    reported.add_argument("question", metavar="QUESTION_ID")
    reported.add_argument(
        "--answers", metavar="FILE.jsonl", action="append", default=[], help="scored answers beside the samples"
    )
    authoring.add_commands(questions)
    schema = command(commands, "schema", show_schema)
    schema.add_argument("file", nargs="?", default="question", choices=tuple(SCHEMAS))
    schema.add_argument("--reference", action="store_true", help="all fields of all files as Markdown, for people")


def check_questions(options: argparse.Namespace) -> None:
    """Check the bank, or one question: files, figures, claims, flips, variants, words and sample answers."""
    if options.question is None:
        bank = the_bank()
        questions, problems = bank.rooms.questions, list(across_problems(bank.rooms.questions))
        published = tuple(claim.form for claim in bank.claims)
    else:
        questions, problems, published = (question_of(options.question),), [], ()
    missed = [miss for question in questions for miss in misses(question)]
    for question in questions:
        print(_summary(question, sum(miss.question_id == question.public.id for miss in missed)))
    if options.question is not None:
        print("\n".join(_details(questions[0])))
    _print_misses(missed)
    if options.strict:
        problems += [str(miss) for miss in missed]
    if options.prove_red:
        proofs = prove_red(questions, published)
        problems += [_unbroken(proof) for proof in proofs if proof.broken_by is None]
        _print_proofs(proofs, in_full=options.question is not None)
    if problems:
        raise BadQuestion(problems)


def show_facts(options: argparse.Namespace) -> None:
    """Print verdicts, numbers and flips of every question as JSON, to be compared by `questions diff --facts`."""
    questions = the_bank().rooms.questions if options.question is None else (question_of(options.question),)
    print_json({question.public.id: snapshot(question) for question in questions})


def try_phrases(options: argparse.Namespace) -> None:
    """Show what is understood of a phrase, the engine's verdict on each claim, and the criteria that it meets."""
    phrases = [" ".join(options.phrase)] if options.phrase else trying.typed_phrases()
    trying.try_phrases(question_of(options.question), phrases, as_json=options.json)


def report_criteria(options: argparse.Namespace) -> None:
    """Say of every criterion how it does on the question's samples and other scored answers; the wrong cases."""
    question = question_of(options.question)
    given = [*sample_answers(question)]
    for place in options.answers:
        given += [one for one in lines_of(place, labelled_from_mapping) if one.answer.scenario == question.public.id]
    if not given:
        raise BadInput(f"{question.public.id}: no labelled answers; give some with --answers FILE.jsonl")
    trying.report_criteria(question, given)


def show_schema(options: argparse.Namespace) -> None:
    """Print the JSON Schema of a file, for editors."""
    if options.reference:
        print(reference())
        return
    print_json(SCHEMAS[options.file].model_json_schema())


def the_bank() -> Bank:
    """The bank of the settings, private folders included."""
    settings = settings_from_environment()
    return load_bank(settings.questions, private=private_folders(settings))


def question_of(question_id: str) -> Question:
    """The question of that id, key included; what is wrong with the others does not matter."""
    place = question_folder(question_id)
    return load_question(place, topic=place.parent.name)


def _summary(question: Question, n_missed: int) -> str:
    key = question.key
    state = "active" if question.active else "draft"
    verdict = f", {key.robustness.stability}" if key.robustness else ""
    samples = f"{len(key.samples)} samples" + (f" ({n_missed} labels missed)" if n_missed else "")
    return (
        f"{question.public.id:32} {state:8}{len(key.claims)} claims hold, {len(key.flips)} flips, "
        f"{len(key.variants)} variants, {samples}, {len(key.rubric.rungs)} criteria{verdict}"
    )


def _details(question: Question) -> Iterator[str]:
    """What an author wants to see: what binds, each claim beside the engine's figure, each boundary."""
    key = question.key
    yield f"  binds: {' and '.join(word for word in (key.component, key.resource) if word)}"
    yield f"  predicted number: {quantity(key.predicted_number, question.public.ask.unit)}"
    reader = key.second_reader.claims if key.second_reader else ()
    for claim in (*key.claims, *reader):
        yield f"  {claim.reference:56} {_text(claim.fact):>16}   said: {claim.expected}"
    for flip in key.flips:
        low, high = flip.between
        yield (
            f"  flips.{flip.name}: {flip.before} to {flip.after} at {flip.variable} {flip.at:g},"
            f" inside {low:g} to {high:g}"
        )
    if key.robustness is not None:
        yield f"  verdict: {key.robustness.stability} in {key.robustness.n_trials} trials"
        yield from (f"    {one.assumption}: {one.component}, {one.resource}" for one in key.robustness.breaks)


def _text(fact: Fact) -> str:
    return figure_text(fact).replace("\u00a0", " ").replace("\u202f", " ")


def _print_misses(missed: Sequence[Miss]) -> None:
    if missed:
        print(f"\n{len(missed)} labels that the grader misses (expected failures; --strict makes them count):")
        print("\n".join(f"  {miss}" for miss in missed))


def _print_proofs(proofs: Sequence[Proof], *, in_full: bool) -> None:
    broken = [proof for proof in proofs if proof.broken_by is not None]
    print(f"\n{len(broken)} of {len(proofs)} claims break under a known-wrong formula.")
    if in_full:
        print("\n".join(f"  {proof.place:36} {proof.fact:56} {proof.broken_by}" for proof in broken))


def _unbroken(proof: Proof) -> str:
    return (
        f"{proof.owner}: {proof.place}: {proof.fact}: holds whatever formula is wrong, so it checks nothing;"
        " claim a figure that the answer rests on"
    )
