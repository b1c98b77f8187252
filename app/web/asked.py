"""The question as an attempt was asked it: from the bank while it is unchanged, else from its stored version."""

from functools import lru_cache

from starlette.requests import Request

from app.bank.bank import Bank
from app.bank.question import PublicQuestion
from app.bank.read import Question, question_from_canonical
from app.db.attempts import stored_question
from app.db.database import Database
from app.practice.asked import Asked, asked
from app.practice.attempt import Attempt


def asked_question(request: Request, attempt: Attempt) -> Asked:
    """Both halves, varied where the attempt is a follow-up: for grading and hints only."""
    bank: Bank = request.app.state.bank
    database: Database = request.app.state.database
    current = bank.practice.question(attempt.question_id)
    if current is not None and current.public.digest == attempt.question_version:
        return asked(current, attempt.variation)
    canonical = stored_question(database, attempt.question_version)
    if canonical is None:
        raise LookupError(f"the version {attempt.question_version} of {attempt.question_id} was never stored")
    return asked(_read(canonical, current.public.topic if current else ""), attempt.variation)


def asked_public(request: Request, attempt: Attempt) -> PublicQuestion:
    """The public half, for pages."""
    return asked_question(request, attempt).public


@lru_cache(maxsize=64)
def _read(canonical: str, topic: str) -> Question:
    return question_from_canonical(canonical, topic=topic)
