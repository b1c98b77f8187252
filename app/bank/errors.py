"""What is wrong with a question's files, for its author: file, field, what, and the remedy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

Read = TypeVar("Read")


class BadQuestion(ValueError):
    """A question that must not be served. The message is one line a problem."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Refuted(ValueError):
    """What an author states can be read, and the engine computes something else."""


@dataclass(slots=True)
class Problems:
    """Collects all that is wrong in one file, so that an author mends it in one round.

    What the engine refutes is kept apart: a comparison of two engines reads a question all the same.
    """

    file: str
    found: list[str] = field(default_factory=list)
    refuted: list[str] = field(default_factory=list)

    def note(self, place: str, what: object) -> None:
        """One more problem, at a field."""
        self.found.append(f"{self.file}: {place}: {what}")

    def refute(self, place: str, what: object) -> None:
        """One more statement that the engine does not bear out."""
        self.refuted.append(f"{self.file}: {place}: {what}")

    def note_line(self, problem: object) -> None:
        """One more problem that says its field itself."""
        self.found.append(f"{self.file}: {problem}")

    def reading(self, place: str, read: Callable[[], Read]) -> Read | None:
        """What `read` gives; None, with its ValueError noted at that field, when it refuses."""
        try:
            return read()
        except Refuted as error:
            self.refute(place, error)
            return None
        except ValueError as error:
            self.note(place, error)
            return None

    def raise_if_any(self) -> None:
        """BadQuestion when something was noted."""
        if self.found or self.refuted:
            raise BadQuestion([*self.found, *self.refuted])
