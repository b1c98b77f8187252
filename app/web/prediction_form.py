"""The prediction's form: read with a problem beside each field that does not fit."""

from collections.abc import Mapping
from datetime import datetime

from app.engine.workload import Phase
from app.practice.prediction import Prediction, component_options, resource_options
from app.practice.reading import Unreadable, read_number
from app.web.forms import number_from

_MISSING = "A number is needed; a rough one will do."


def read_prediction(
    typed: Mapping[str, str], phase: Phase, *, unit: str, at: datetime
) -> tuple[Prediction | None, dict[str, str]]:
    """The prediction, or None with what is wrong by field; `unit` is that of the number asked for."""
    problems: dict[str, str] = {}
    component, resource = typed.get("component", ""), typed.get("resource", "")
    if component not in {option.id for option in component_options(phase)}:
        problems["component"] = "Choose one of the components."
    if resource not in {option.id for option in resource_options()}:
        problems["resource"] = "Choose what the step waits for."
    number = _number(typed.get("number", ""), unit, problems)
    confidence = _confidence(typed.get("confidence", ""), problems)
    if confidence is not None and not (50 <= confidence <= 99 and float(confidence).is_integer()):
        problems["confidence"] = "Between 50 and 99, a whole number: below 50 you would have chosen something else."
    if problems or number is None or confidence is None:
        return None, problems
    prediction = Prediction(
        component=component, resource=resource, number=float(number), confidence=int(confidence), at=at
    )
    return prediction, problems


def _number(text: str, unit: str, problems: dict[str, str]) -> float | None:
    if not text.strip():
        problems["number"] = _MISSING
        return None
    try:
        return read_number(text, unit)
    except Unreadable as error:
        problems["number"] = str(error)
        return None


def _confidence(text: str, problems: dict[str, str]) -> float | None:
    if not text.strip():
        problems["confidence"] = _MISSING
        return None
    try:
        return number_from(text.strip().rstrip("% "))
    except ValueError as error:
        problems["confidence"] = str(error)
        return None
