"""chokepoint regrade: stored grades under today's rubrics, engine and grader. It changes no grade."""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from app.bank.bank import Shelf
from app.bank.errors import BadQuestion
from app.bank.read import Question, question_from_canonical
from app.cli.grading import in_bank
from app.cli.lines import lines_of
from app.cli.questions import the_bank
from app.cli.reading import BadInput, Commands, command, print_json
from app.config import settings_from_environment
from app.db.attempts import graded_attempts, stored_question
from app.db.database import Database
from app.db.migrate import migrate
from app.evaluation.answers import answer_from_mapping
from app.evaluation.movement import (
    Movement,
    Score,
    Stage,
    all_in_words,
    movement,
    rubrics_in_words,
    sums,
    versions_in_words,
)
from app.evaluation.today import score_again
from app.grading.score import score_to_mapping
from app.practice.asked import asked as asked_as
from app.practice.attempt import Attempt


def add_commands(commands: Commands) -> None:
    """Add regrade."""
    regraded = command(commands, "regrade", regrade)
    regraded.add_argument(
        "--diff", action="store_true", help="show every grade that moves, and the criteria that turned"
    )
    regraded.add_argument("--json", action="store_true", help="print every movement as JSON")
    regraded.add_argument(
        "--answers", metavar="FILE.jsonl|-", help="answers in a file, instead of those in the database"
    )
    regraded.add_argument("--grades", metavar="FILE.jsonl", help="what grade-batch once wrote for --answers")


def regrade(options: argparse.Namespace) -> None:
    """Grade stored answers again as of today: who moves, how far, because of what. Old grades stay as they are."""
    if (options.answers is None) != (options.grades is None):
        raise BadInput("--answers and --grades go together: the answers, and what grade-batch once wrote for them")
    bank = the_bank().rooms
    if options.answers is not None:
        movements = _of_files(bank, options.answers, options.grades)
    else:
        with Database(settings_from_environment().database_url) as database:
            migrate(database)
            asked = lru_cache(maxsize=64)(lambda version: _stored(database, version))
            movements = [_of_attempt(attempt, bank, asked) for attempt in graded_attempts(database)]
    if options.json:
        print_json([asdict(one) for one in movements])
        return
    print("\n".join(_summary(movements)))
    for one in movements:
        if options.diff and one.moves:
            print("\n".join(_lines(one)))


def _stored(database: Database, version: str) -> Question | None:
    """A question as it was once asked; None where today's code cannot read it any more."""
    try:
        return question_from_canonical(stored_question(database, version) or "{}", topic="")
    except BadQuestion:
        return None


def _of_attempt(attempt: Attempt, bank: Shelf, asked: Callable[[str], Question | None]) -> Movement:
    """First as it was asked, then as the bank asks it today: so that engine and rubric are told apart."""
    given: Score = attempt.score or {}
    today = bank.question(attempt.question_id)
    edited = today is not None and today.public.digest != attempt.question_version
    then = _varied(asked(attempt.question_version) if edited or today is None else today, attempt)
    today = _varied(today, attempt)
    stages: list[Stage] = []
    if then is not None:
        score = _graded(then, attempt.answer, given)
        stages.append(Stage(words=versions_in_words(given, score), score=score))
    if today is not None and edited:
        score = _graded(today, attempt.answer, given)
        words = rubrics_in_words(given, score) if stages else all_in_words(given, score)
        stages.append(Stage(words=words, score=score))
    return movement(attempt.id, attempt.question_id, given, stages or [Stage(words="nothing: unreadable", score=given)])


def _varied(question: Question | None, attempt: Attempt) -> Question | None:
    """The question with the key of the variant that a follow-up was asked; None where it has no such variant."""
    if question is None or attempt.variation is None:
        return question
    try:
        varied = asked_as(question, attempt.variation)
    except LookupError:
        return None
    assert varied.varied is not None
    return replace(question, key=replace(question.key, analyses=varied.varied[1].analyses, rubric=varied.rubric))


def _graded(question: Question, answer: str | None, given: Score) -> Score:
    return score_to_mapping(score_again(question, answer or "", given))


def _of_files(bank: Shelf, answers: str, grades: str) -> list[Movement]:
    given = {row["id"]: row for row in lines_of(grades, _grade_from_mapping)}
    movements = []
    for answer in lines_of(answers, in_bank(bank, answer_from_mapping)):
        question = bank.question(answer.scenario)
        assert question is not None
        if answer.id not in given:
            raise BadInput(f"{grades}: no grade for answer {answer.id!r}; run grade-batch on the same answers")
        before, now = given[answer.id], _graded(question, answer.text, given[answer.id])
        stage = Stage(words=all_in_words(before, now), score=now)
        movements.append(movement(answer.id, answer.scenario, before, [stage]))
    return movements


def _grade_from_mapping(written: Mapping[str, Any]) -> Mapping[str, Any]:
    axes = written.get("axes")
    fits = isinstance(axes, dict) and all(isinstance(level, int) for level in (written.get("overall"), *axes.values()))
    if not isinstance(written.get("id"), (str, int)) or not fits:
        raise ValueError('not a grade; grade-batch writes {"id", "overall", "axes"}')
    return written


def _summary(movements: Sequence[Movement]) -> Iterator[str]:
    if not movements:
        yield "no grades are stored"
        return
    *questions, total = sums(movements)
    for one in (*questions, total) if len(questions) > 1 else questions:
        moving = f"{one.n_moving} move, mean {one.mean:+.1f}, from {one.smallest:+} to {one.largest:+}"
        yield f"{one.question:32} {one.n:5} graded, {moving if one.n_moving else 'none moves'}"


def _lines(one: Movement) -> Iterator[str]:
    yield ""
    yield f"{one.id}  {one.question}  {one.before} -> {one.after} ({one.points:+})"
    yield from (f"  because of {cause.words}: {cause.points:+}" for cause in one.causes)
    yield from (f"  {axis}: {before} -> {after}" for axis, (before, after) in one.axes.items())
    for item in one.turned:
        yield f"    {item.id}: {item.before or 'not there'} -> {item.after or 'not there'}. {item.words}"
