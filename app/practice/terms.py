"""Under which terms an attempt is made: its tools, its clock, the mock it belongs to; and what was varied in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(seconds=30)
"""What a slow line may cost: a text that was sent in time is taken."""


class Tools(StrEnum):
    """What a candidate may use before the answer is in."""

    STRICT = "strict"  # nothing, and the clock is enforced
    STANDARD = "standard"  # hints, each at its price
    OPEN = "open"  # hints and the neutral instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Open tools and no clock, unless a mock says otherwise."""

    tools: Tools = Tools.OPEN
    deadline: datetime | None = None
    mock_id: str | None = None

    @property
    def allows_hints(self) -> bool:
        """Whether hints can be bought."""
        return self.tools is not Tools.STRICT

    @property
    def allows_instrument(self) -> bool:
        """Whether the book can be opened."""
        return self.tools is Tools.OPEN

    def is_over(self, at: datetime) -> bool:
        """Whether the time is up, the grace included."""
        return self.deadline is not None and at > self.deadline + GRACE


OPEN_TERMS = Terms()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variation:
    """A follow-up: a variant of the question, the seed that chose its values, and the attempt that it follows."""

    variant: str
    seed: int
    parent_id: str
