"""The form of a question's files, for validation at the edge and as a JSON Schema for editors."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.bank.question import Level, Scale
from app.engine.groups import Group

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, Field(min_length=1)]
ScenarioFields = dict[str, Any]  # read by app.engine.mapping, which names the field that is wrong
GivenFields = dict[str, Any]  # read by app.bank.given, likewise


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class SliderForm(_Form):
    """A slider: a numeric range, or choices."""

    name: Text
    label: str = ""
    low: float | None = None
    high: float | None = None
    scale: Scale = Scale.LINEAR
    choices: list[str] = []
    group: Group | None = None

    @model_validator(mode="after")
    def _range_or_choices(self) -> "SliderForm":
        if bool(self.choices) == (self.low is not None and self.high is not None):
            raise ValueError("a slider has either low and high, or choices")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError("low must be below high")
        return self


class PredictForm(_Form):
    """The number that a prediction asks for."""

    scenario: Text
    ask: Text
    unit: Text


class QuestionForm(_Form):
    """question.yaml: the public half."""

    id: Slug
    public_id: Annotated[str, Field(pattern=r"^[a-z0-9]{8,20}$")]
    version: Annotated[int, Field(ge=1)]
    status: Literal["draft", "active"]
    title: Text
    level: Level
    minutes: Annotated[int, Field(ge=1, le=90)]
    tags: list[Slug] = []
    given: GivenFields
    prompt: Text
    public_mentions: dict[str, Text] = {}
    scenarios: Annotated[dict[str, ScenarioFields], Field(min_length=1)]
    predict: PredictForm
    sliders: list[SliderForm] = []


class SayingForm(_Form):
    """A common claim and the engine's verdict."""

    claim: Text
    verdict: Text


class ClaimForm(_Form):
    """What the author worked out by hand about a fact: a word, a number (2 %), or a range."""

    fact: Text
    is_: Annotated[str | bool | None, Field(alias="is")] = None
    by_hand: float | None = None
    between: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _one_expectation(self) -> "ClaimForm":
        if sum(value is not None for value in (self.is_, self.by_hand, self.between)) != 1:
            raise ValueError("a claim has exactly one of is, by_hand, between")
        return self


class BottleneckForm(_Form):
    """The facts that name what binds."""

    component: Text
    resource: Text


class KeyForm(_Form):
    """key.yaml: the secret half."""

    trap: Text
    numbers: Annotated[list[Text], Field(min_length=1)]
    flip: Text
    moves: Annotated[list[Text], Field(min_length=1)]
    people_say: list[SayingForm] = []
    scenarios: dict[str, ScenarioFields] = {}
    bottleneck: BottleneckForm
    predicted_number: Text
    claims: Annotated[list[ClaimForm], Field(min_length=1)]
    sources: Annotated[list[Text], Field(min_length=1)]


class TopicForm(_Form):
    """One row of topics.yaml."""

    id: Slug
    title: Text


class QuickForm(_Form):
    """quick.yaml: the landing page's round."""

    title: Text
    prompt: Text
    scenario: ScenarioFields
    slider: SliderForm
