"""The bank: every question that was loaded, on the shelf where it may be used."""

from dataclasses import dataclass

from app.bank.published import PublishedClaim
from app.bank.question import PublicQuestion, Slider
from app.bank.read import Question
from app.engine.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic: a folder of questions, in the order of the bank."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """A step of the path for a newcomer, and what it adds."""

    question_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickRound:
    """The landing page's thirty seconds: a situation outside the bank, so that it gives no key away."""

    title: str
    prompt: tuple[str, ...]
    scenario: Scenario
    slider: Slider


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Questions that may be used in one place, found by their id or by the opaque id that URLs carry.

    Pages for candidates get `public` values only.
    """

    questions: tuple[Question, ...]

    @property
    def public(self) -> tuple[PublicQuestion, ...]:
        """The public halves of the questions that are served, in the order of the bank."""
        return tuple(question.public for question in self.questions if question.active)

    def question(self, question_id: str) -> Question | None:
        """The question of that id, drafts included; None when there is none."""
        return next((question for question in self.questions if question.public.id == question_id), None)

    def served(self, public_id: str) -> PublicQuestion | None:
        """The public half behind an opaque id; None when there is none, or it is a draft."""
        return next((public for public in self.public if public.public_id == public_id), None)

    def gradable(self, name: str) -> Question | None:
        """The question that anybody may send answers to, by its public id or its id; None for what is not served."""
        found = (public.id for public in self.public if name in (public.public_id, public.id))
        return next((self.question(question_id) for question_id in found), None)

    def canonical(self, question_id: str) -> str:
        """The files of a question as one JSON text, to be stored with an attempt; KeyError when there is none."""
        question = self.question(question_id)
        if question is None:
            raise KeyError(question_id)
        return question.canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """Two shelves, so that whoever looks a question up says where it will be used.

    `practice` is all that practice, API and search may know; `rooms` has these and the rooms-only ones. There is no
    lookup without a shelf.
    """

    practice: Shelf
    rooms: Shelf
    topics: tuple[Topic, ...]
    path: tuple[PathStep, ...]
    claims: tuple[PublishedClaim, ...]
    quick: QuickRound
