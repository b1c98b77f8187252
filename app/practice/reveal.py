"""The one gate between a candidate and the key: it opens when the answer is locked."""

from typing import TypeVar

from app.practice.attempt import Attempt, NotNow

K = TypeVar("K")


class StillLocked(NotNow):
    """Key material was asked for before the answer was locked."""


def may_reveal(attempt: Attempt) -> bool:
    return attempt.answer_locked


def revealed(attempt: Attempt, key: K) -> K:
    """The key material, once the candidate may see it."""
    if not may_reveal(attempt):
        raise StillLocked("The solution opens when the answer is locked.")
    return key
