"""The form of question.yaml, the public half."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from app.bank.question import Level, Scale
from app.bank.schema.form import Form, GivenFields, Name, ScenarioFields, Slug, Text
from app.engine.groups import Group


class SliderForm(Form):
    """A slider: a numeric range, or choices."""

    name: Text
    """The field of the scenario that it moves, or `speedup`."""
    label: str = ""
    low: float | None = None
    high: float | None = None
    scale: Scale = Scale.LINEAR
    choices: list[str] = []
    group: Group | None = None
    """For `speedup`: the component group that is imagined faster."""

    @model_validator(mode="after")
    def _range_or_choices(self) -> "SliderForm":
        if bool(self.choices) == (self.low is not None and self.high is not None):
            raise ValueError("a slider has either low and high, or choices")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError("low must be below high")
        return self


class LabelForm(Form):
    """How a given fact is called in the table."""

    label: Text
    unit: Text | None = None


class PredictForm(Form):
    """The number that a prediction asks for."""

    scenario: Text | None = None
    """The scenario that it is about; left out where the question has none."""
    ask: Text
    unit: Text


class QuestionForm(Form):
    """question.yaml: all that a candidate may see before the answer is locked."""

    id: Slug
    """The name of the folder."""
    public_id: Annotated[str, Field(pattern=r"^[a-z0-9]{8,20}$")]
    """Random letters and digits: what URLs carry."""
    version: Annotated[int, Field(ge=1)]
    """Raise it when the question asks something else than before."""
    status: Literal["draft", "active"]
    """A draft is checked, but not served."""
    title: Text
    """Says nothing of the key."""
    level: Level
    minutes: Annotated[int, Field(ge=1, le=90)]
    tags: list[Slug] = []
    requires: list[Slug] = []
    """Ids of the questions that a newcomer should have met before."""
    given: GivenFields
    """The table beside the prompt. A number in it is `given.NAME` in the key."""
    given_labels: dict[Name, LabelForm] = {}
    """Labels of given facts that have none of their own yet: {hfu: {label: Reported utilisation, unit: "%"}}."""
    prompt: Text
    probe: Text
    """The one follow-up question that the interviewer asks between the answer and the reveal."""
    public_mentions: dict[str, Text] = {}
    """Words of the key that prompt or probe use all the same, each with its reason."""
    qualitative: bool = False
    """The engine has no model of this situation; at most four questions of a bank."""
    qualitative_reason: Text | None = None
    scenarios: dict[Name, ScenarioFields] = {}
    """What the engine runs; none where the figures come from laws."""
    predict: PredictForm
    sliders: list[SliderForm] = []

    @model_validator(mode="after")
    def _reason_with_qualitative(self) -> "QuestionForm":
        if self.qualitative != (self.qualitative_reason is not None):
            raise ValueError("qualitative and qualitative_reason go together; give both or neither")
        return self
