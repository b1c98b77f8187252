"""The explore page: the situation beside the instrument with everything."""

from dataclasses import dataclass
from typing import Any

from app.bank.question import PublicQuestion
from app.bank.reveal import Reveal, reveal_from_mapping
from app.engine.analysis import analyze
from app.practice.attempt import Attempt, Step
from app.practice.reveal import revealed
from app.web.forms import Setting
from app.web.law_form import LawSetting
from app.web.views.attempt import SituationView, predicted_sentence, situation_view
from app.web.views.instrument import InstrumentView, instrument_view
from app.web.views.law import LawView, law_view
from app.web.views.study import StudyView, study_view


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreView:
    """The question at the left, the instrument at the right."""

    situation: SituationView
    predicted: str
    result: str
    instrument: InstrumentView
    study: StudyView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreLawView:
    """The question at the left, its law at the right."""

    situation: SituationView
    predicted: str
    result: str
    law: LawView


def law_of_attempt(attempt: Attempt) -> Reveal:
    """The stored reveal, whose law is to be explored; StillLocked before the answer is in."""
    stored: Any = revealed(attempt, attempt.analyses)
    return reveal_from_mapping(stored["reveal"])


def explore_law_view(
    question: PublicQuestion, attempt: Attempt, reveal: Reveal, position: LawSetting
) -> ExploreLawView:
    """The sliders of a law, for a question whose figures come from laws."""
    result = f"/attempts/{attempt.id}"
    paths = (None, None, None, result, None)
    return ExploreLawView(
        situation=situation_view(question, step=Step.EXPLORE, attempt=attempt, paths=paths),
        predicted=predicted_sentence(question, attempt.prediction),
        result=result,
        law=law_view(reveal, position, action=f"{result}/explore"),
    )


def explore_view(question: PublicQuestion, attempt: Attempt, position: Setting, *, study: bool = True) -> ExploreView:
    """The instrument in full, for an attempt whose answer is locked; StillLocked before.

    A slider that moves asks for the readings alone, without the study around them.
    """
    result = f"/attempts/{attempt.id}"
    instrument = instrument_view(position, question.sliders, action=f"{result}/explore")
    paths = (None, None, None, result, None)
    return ExploreView(
        situation=situation_view(question, step=Step.EXPLORE, attempt=attempt, paths=paths),
        predicted=predicted_sentence(question, attempt.prediction),
        result=result,
        instrument=revealed(attempt, instrument),
        study=revealed(attempt, study_view(analyze(position.scenario))) if study else None,
    )
