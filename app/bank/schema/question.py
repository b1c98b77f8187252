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
    """What stands beside it; without one, the name."""
    low: float | None = None
    """With `high`: a range of numbers."""
    high: float | None = None
    """With `low`."""
    scale: Scale = Scale.LINEAR
    """How its positions are spread: evenly, or by factors."""
    choices: list[str] = []
    """Instead of a range: the values to choose from."""
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
    """What stands in the table."""
    unit: Text | None = None
    """Of a number: %, s, B, token, ..."""


class PredictForm(Form):
    """The number that a prediction asks for."""

    scenario: Text | None = None
    """The scenario that it is about; left out where the question has none."""
    ask: Text
    """The question for one number."""
    unit: Text
    """x for a factor, % for a share, s, B, token, request, ..."""


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
    """How far a candidate should be for it."""
    minutes: Annotated[int, Field(ge=1, le=90)]
    """How long an answer takes."""
    tags: list[Slug] = []
    """Shown to candidates, so they say nothing of the key."""
    requires: list[Slug] = []
    """Ids of the questions that a newcomer should have met before."""
    given: GivenFields
    """The table beside the prompt. A number in it is `given.NAME` in the key."""
    given_labels: dict[Name, LabelForm] = {}
    """Labels of given facts that have none of their own yet: {hfu: {label: Reported utilisation, unit: "%"}}."""
    prompt: Text
    """The situation in a few short sentences; an empty line between paragraphs; the last one asks."""
    probe: Text
    """The one follow-up question that the interviewer asks between the answer and the reveal."""
    public_mentions: dict[str, Text] = {}
    """Words of the key that prompt or probe use all the same, each with its reason."""
    qualitative: bool = False
    """The engine has no model of this situation; at most four questions of a bank."""
    qualitative_reason: Text | None = None
    """Why, for the candidate to read."""
    profile: GivenFields | None = None
    """A measured step, shown as a table beside the prompt; its facts are `profile.NAME` in the key."""
    scenarios: dict[Name, ScenarioFields] = {}
    """What the engine runs; none where the figures come from laws."""
    predict: PredictForm
    """The one number that a candidate commits to before answering."""
    sliders: list[SliderForm] = []
    """What may be moved in the instrument."""

    @model_validator(mode="after")
    def _reason_with_qualitative(self) -> "QuestionForm":
        if self.qualitative != (self.qualitative_reason is not None):
            raise ValueError("qualitative and qualitative_reason go together; give both or neither")
        return self
