"""Bringing a history back: each attempt under the version of its question, graded again; what is here stays."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.bank.bank import Bank
from app.bank.read import Question, question_from_canonical
from app.db.attempts import start_attempt, store_question, stored_question
from app.db.database import Database
from app.db.estimates import rounds_of, start_round
from app.db.people import Person, set_interview
from app.db.records import started_attempts
from app.practice.asked import asked
from app.practice.attempt import Attempt
from app.practice.hand_in import graded_now
from app.practice.history import History
from app.web.deps import new_id


def imported(bank: Bank, db: Database, owner: Person, history: History, *, at: datetime) -> str:
    """Keeps what is new, and says in one sentence what came of it.

    Ids are made anew, since those of the file may belong to somebody here; an attempt is known by the moment it began.
    """
    here = started_attempts(db, owner.id)
    new = [attempt for attempt in history.attempts if attempt.started_at not in here]
    ids = {attempt.id: new_id() for attempt in new}
    whole = [found for attempt in new if (found := _graded(bank, db, attempt, ids, at=at)) is not None]
    for attempt in whole:
        start_attempt(db, attempt, owner)
    rounds_here = {(played.seed, played.started_at) for played in rounds_of(db, owner.id)}
    for played in history.rounds:
        if (played.seed, played.started_at) not in rounds_here:
            start_round(db, replace(played, id=new_id()), owner)
    if history.interview_on is not None and owner.interview_on is None:
        set_interview(db, owner.id, history.interview_on)
    return _sentence(n_taken=len(whole), n_here=len(history.attempts) - len(new), n_unknown=len(new) - len(whole))


# Private


def _graded(bank: Bank, db: Database, attempt: Attempt, ids: Mapping[str, str], *, at: datetime) -> Attempt | None:
    """The attempt with its grade worked out again; None where this server never had its question's version."""
    question = _question(bank, db, attempt)
    if question is None:
        return None
    store_question(db, question.public.digest, question.public.id, question.canonical, at=at)
    variation = attempt.variation
    if variation is not None:
        variation = replace(variation, parent_id=ids.get(variation.parent_id, ""))
    known = replace(
        attempt,
        id=ids[attempt.id],
        question_id=question.public.id,
        question_version=question.public.digest,
        variation=variation,
    )
    if known.answer is None:
        return known
    try:
        return known.after(graded_now(known, asked(question, variation), at=known.answered_at or at))
    except LookupError:
        return None


def _question(bank: Bank, db: Database, attempt: Attempt) -> Question | None:
    """The version that was answered, of a question that practice knows; without an answer the present one."""
    shelf, digest = bank.practice.questions, attempt.question_version
    if not digest:
        return next((one for one in shelf if one.active and one.public.public_id == attempt.question_id), None)
    current = next((one for one in shelf if one.public.digest == digest), None)
    if current is not None:
        return current
    canonical = stored_question(db, digest)
    found = None if canonical is None else question_from_canonical(canonical, topic="")
    return found if found is not None and bank.practice.question(found.public.id) is not None else None


def _sentence(*, n_taken: int, n_here: int, n_unknown: int) -> str:
    words = [f"{n_taken} attempts were taken"]
    if n_here:
        words.append(f"{n_here} were here already")
    if n_unknown:
        words.append(f"{n_unknown} are of versions of questions that this server does not have")
    return ", ".join(words) + "."
