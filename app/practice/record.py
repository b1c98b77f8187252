"""A record: what progress needs of an attempt, without its texts."""

from dataclasses import dataclass
from datetime import datetime

from app.practice.outcome import Outcome
from app.practice.terms import Variation


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An attempt in brief; `outcome` once it is graded."""

    attempt_id: str
    question_id: str
    started_at: datetime
    variation: Variation | None = None
    mock_id: str | None = None
    open_book: bool = False
    confidence: int | None = None
    outcome: Outcome | None = None
    graded_at: datetime | None = None
