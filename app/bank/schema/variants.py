"""The form of variants.yaml: the same situation with something moved."""

from typing import Annotated, Any

from pydantic import Field

from app.bank.schema.claims import VariantClaimForm
from app.bank.schema.form import Figure, Form, GivenFields, Prose, Slug, Text


class BoundaryForm(Form):
    """A figure, and the value that it crosses where the answer turns."""

    fact: Figure
    """The figure."""
    boundary: float
    """The value it crosses."""


class VariantForm(Form):
    """One variant. It flips the answer, or keeps it, for every choice of its values."""

    id: Slug
    """A word or two for the key's holder."""
    flips: bool
    """Whether the answer is another one, for every choice."""
    change: Annotated[dict[str, Any], Field(min_length=1)]
    """Fields of the main scenario (or arguments of the law `main`) with a value or {choose: [values]}.

    A field of another scenario or law is written scenario.field."""
    given: GivenFields = {}
    """What the table says instead; a changed field that stands in it follows by itself."""
    prompt: Text
    """What the candidate reads, with {field} for a chosen value."""
    public_mentions: dict[str, Text] = {}
    """Words of the key that this prompt uses all the same, each with its reason; those of the question hold as well."""
    ask: Text | None = None
    """The number that is asked for, where the question's own words do not fit."""
    by: BoundaryForm | None = None
    """What the answer turns on; without it the component and the resource that bind."""
    says: Prose
    """What the numbers say now; `variant` is the changed scenario."""
    claims: Annotated[list[VariantClaimForm], Field(min_length=1)]
    """What the author worked out by hand about it."""


class VariantsForm(Form):
    """variants.yaml."""

    variants: list[VariantForm]
    """Two or more when active, one of which flips the answer."""
