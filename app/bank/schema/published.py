"""The form of claims.yaml: what is commonly published about the performance of LLMs, and what the engine says to it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from app.bank.schema.claims import ClaimForm
from app.bank.schema.form import Form, LawFields, Name, Prose, ScenarioFields, Slug, Text
from app.engine.groups import Group


class Standing(StrEnum):
    """How far a published claim stands."""

    AS_SAID = "as-said"
    CONVENTION = "under-a-convention"
    RANGE = "in-a-range"
    NOT = "not"


class SourceForm(Form):
    """Who publishes it, where."""

    who: Text
    """Author or organisation."""
    title: Text
    """Of the page or paper."""
    year: Annotated[int, Field(ge=1950, le=2100)]
    """When it was published."""
    url: Annotated[str, Field(pattern=r"^https://[^\s]+\.[^\s]+$")]
    """Where it can be read."""


class QuotedForm(Form):
    """A quoted share, to be read in every way that is in use."""

    scenario: Name
    """The setting that it is about."""
    groups: Annotated[list[Group], Field(min_length=1)]
    """The component groups together."""
    low: Annotated[float, Field(ge=0, le=1)]
    """The quoted share, or the least of it, 0 to 1."""
    high: Annotated[float, Field(ge=0, le=1)]
    """The most of it."""


class PublishedForm(Form):
    """One published claim."""

    id: Slug
    """A word or two."""
    claim: Text
    """In our words, short and fair."""
    source: SourceForm
    """Who publishes it."""
    scenarios: dict[Name, ScenarioFields] = {}
    """Settings to run."""
    laws: dict[Name, LawFields] = {}
    """Laws to apply."""
    quoted: QuotedForm | None = None
    """A quoted share, which the engine reads in every way that is in use."""
    stands: Standing
    """How far it stands."""
    verdict: Prose
    """What the engine says to it."""
    true_when: Prose
    """The convention or the range in which it is true."""
    claims: Annotated[list[ClaimForm], Field(min_length=1)]
    """What the verdict rests on, worked by hand."""

    @model_validator(mode="after")
    def _quoted_of_a_scenario(self) -> "PublishedForm":
        if self.quoted is not None and self.quoted.scenario not in self.scenarios:
            raise ValueError(f"quoted.scenario: {self.quoted.scenario!r} is not one of the scenarios")
        return self


class PublishedFile(Form):
    """claims.yaml."""

    claims: list[PublishedForm]
    """All of them."""
