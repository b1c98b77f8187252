"""The form of key.yaml, the secret half."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from app.bank.schema.claims import ClaimForm
from app.bank.schema.form import Figure, Form, LawFields, Name, Prose, ScenarioFields, Slug, Text
from app.bank.schema.question import SliderForm

Lever = Annotated[str, Field(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]


class SayingForm(Form):
    """Something people commonly say about the situation, and the engine's verdict."""

    claim: Text
    """As people put it."""
    verdict: Prose
    """What the engine says to it, and when it would be true."""


class BottleneckForm(Form):
    """What binds, each a fact or a word of the fixed lists; one of the two may be left out."""

    component: Figure | None = None
    """A fact such as `main.bottleneck.component`, or a component group."""
    resource: Figure | None = None
    """A fact such as `main.bottleneck.resource`, or compute, memory, communication, latency, capacity."""

    @model_validator(mode="after")
    def _something_binds(self) -> "BottleneckForm":
        if self.component is None and self.resource is None:
            raise ValueError("name a component, a resource, or both")
        return self


class SideForm(Form):
    """One side of a flip: what holds there."""

    component: Text | None = None
    """The group with the most time."""
    component_by_flops: Text | None = None
    """The group with the most FLOPs."""
    resource: Text | None = None
    """What most of the time waits for."""
    larger: Figure | None = None
    """Of two figures, one a side, the larger."""
    is_: Annotated[str | bool | None, Field(alias="is")] = None
    """What `fact` says there."""
    above: float | None = None
    """`fact` is above this."""
    below: float | None = None
    """`fact` is below this."""

    @property
    def given(self) -> tuple[str, str | float | bool]:
        """The one thing that this side states: what kind, and which."""
        stated = ((name, getattr(self, name)) for name in type(self).model_fields)
        return next((name.rstrip("_"), value) for name, value in stated if value is not None)

    @model_validator(mode="after")
    def _one_statement(self) -> "SideForm":
        if sum(getattr(self, name) is not None for name in type(self).model_fields) != 1:
            raise ValueError(
                "a side states exactly one of component, component_by_flops, resource, larger, is, above, below"
            )
        return self


class FlipForm(Form):
    """Where the answer turns along one variable; the boundary that the engine finds must lie in the range."""

    name: Name
    """The boundary is the figure `flips.NAME`."""
    variable: Text
    """A number of the scenario, or an argument of the law."""
    scenario: Text | None = None
    """Where the variable is moved; without it the scenario of the prediction."""
    law: Name | None = None
    """A named law whose argument is moved, instead of a scenario."""
    fact: Figure | None = None
    """What `is`, `above` and `below` are about."""
    from_: Annotated[SideForm, Field(alias="from")]
    """What holds in the question's own situation."""
    to: SideForm
    """What holds beyond the boundary."""
    between: tuple[float, float]
    """The range in which the author expects the boundary."""

    @model_validator(mode="after")
    def _comparable(self) -> "FlipForm":
        kinds = {self.from_.given[0], self.to.given[0]}
        if len(kinds) > 1 and kinds != {"above", "below"}:
            raise ValueError(f"both sides state the same kind of thing; here {' and '.join(sorted(kinds))}")
        if self.law and not kinds.isdisjoint({"component", "component_by_flops", "resource"}):
            raise ValueError("nothing binds in a law; state is, above, below or larger")
        if (self.fact is None) != kinds.isdisjoint({"is", "above", "below"}):
            raise ValueError("fact goes with is, above and below, and with nothing else")
        if not 0 < self.between[0] < self.between[1]:
            raise ValueError("between: two numbers above zero in rising order")
        return self


class AssumptionsForm(Form):
    """Which assumptions the verdict was tried against; whether it survives them all is computed."""

    scenario: Text | None = None
    """The scenario whose verdict is tried; without it the one of the prediction."""
    of: Annotated[list[Literal["component", "resource", "component_by_flops"]], Field(min_length=1)] = [
        "component",
        "resource",
    ]
    """The parts of the verdict that must survive."""
    against: Annotated[list[Text], Field(min_length=1)]
    """Families of trials: efficiency, conventions, overlap, attention; or one of a family, as in efficiency.gemm."""


class HintForm(Form):
    """A hint and what it costs."""

    text: Prose
    """Says a little more than the one before."""
    price: Annotated[int, Field(ge=1, le=50)]
    """Points off the result."""


class SecondReaderForm(Form):
    """What a second person worked out from the prompt alone."""

    claims: Annotated[list[ClaimForm], Field(min_length=1)]
    """The figures, worked with the key covered."""
    differences: Text
    """Where the two disagreed, and how it was settled."""


class KeyForm(Form):
    """key.yaml: read by those who hold it, and by a candidate after the answer."""

    trap_id: Slug
    """The trap in a word or two; at most three questions share one."""
    lever: Lever
    """What the first move pulls; no two questions share lever, resource and phase."""
    trap: Prose
    """The plausible wrong answer, and why it is wrong."""
    numbers: Annotated[list[Prose], Field(min_length=1)]
    """What the numbers say, a paragraph each."""
    flip: Prose
    """When the answer changes."""
    moves: Annotated[list[Prose], Field(min_length=1)]
    """What to do first, with its reason, and how to prove it."""
    people_say: list[SayingForm] = []
    """What is commonly said about this situation."""
    hints: list[HintForm] = []
    """In the order in which they are released."""
    scenarios: dict[Name, ScenarioFields] = {}
    """Scenarios beside those of question.yaml."""
    laws: dict[Name, LawFields] = {}
    """Laws applied to numbers, as in {law: bubble_share, pp: given.pp, n_micro_batches: 32}; each is `law.NAME`."""
    law_sliders: list[SliderForm] = []
    """Sliders over arguments of the law `main`, for Explore."""
    bottleneck: BottleneckForm
    """What binds."""
    predicted_number: Figure
    """The number that the prediction is held against."""
    claims: Annotated[list[ClaimForm], Field(min_length=1)]
    """What the author worked out by hand; the engine must agree."""
    flips: list[FlipForm] = []
    """Where the answer turns, checked by bisection."""
    assumptions: AssumptionsForm | None = None
    """What the verdict was tried against; needed when active and the question has a scenario."""
    fragile: Text | None = None
    """The reason, where the verdict does not survive its assumptions."""
    second_reader: SecondReaderForm | None = None
    """Needed when active."""
    sources: Annotated[list[Text], Field(min_length=1)]
    """Author, year, title, and a link where there is one."""
