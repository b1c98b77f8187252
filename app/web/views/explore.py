"""The explore page: the situation beside the instrument with everything."""

from dataclasses import dataclass

from app.bank.question import PublicQuestion
from app.engine.analysis import analyze
from app.practice.attempt import Attempt, Step
from app.practice.reveal import revealed
from app.web.forms import Setting
from app.web.views.attempt import SituationView, predicted_sentence, situation_view
from app.web.views.instrument import InstrumentView, instrument_view
from app.web.views.study import StudyView, study_view


@dataclass(frozen=True, slots=True, kw_only=True)
class ExploreView:
    """The question at the left, the instrument at the right."""

    situation: SituationView
    predicted: str
    result: str
    instrument: InstrumentView
    study: StudyView | None


def explore_view(question: PublicQuestion, attempt: Attempt, position: Setting, *, study: bool = True) -> ExploreView:
    """The instrument in full, for an attempt whose answer is locked; StillLocked before.

    A slider that moves asks for the readings alone, without the study around them.
    """
    result = f"/attempts/{attempt.id}"
    instrument = instrument_view(position, question.sliders, action=f"{result}/explore")
    paths = (None, None, None, result, None)
    return ExploreView(
        situation=situation_view(question, step=Step.EXPLORE, paths=paths),
        predicted=predicted_sentence(question, attempt.prediction),
        result=result,
        instrument=revealed(attempt, instrument),
        study=revealed(attempt, study_view(analyze(position.scenario))) if study else None,
    )
