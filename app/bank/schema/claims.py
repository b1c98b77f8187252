"""The form of a claim: what a person worked out by hand about a figure."""

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.bank.schema.form import Figure, Form


class ClaimForm(Form):
    """A figure as worked out by hand: a word, a number (the engine must agree within two percent), or a range."""

    fact: Figure
    """The figure."""
    is_: Annotated[str | bool | None, Field(alias="is")] = None
    """A word, or true or false."""
    by_hand: float | None = None
    """A number, two percent either way; of a factor (x) two percent of what it gains."""
    between: tuple[float, float] | None = None
    """A range, where the figure rests on measured efficiencies."""

    @model_validator(mode="after")
    def _one_expectation(self) -> "ClaimForm":
        if sum(value is not None for value in (self.is_, self.by_hand, self.between)) != 1:
            raise ValueError("a claim has exactly one of is, by_hand, between")
        return self


class VariantClaimForm(ClaimForm):
    """A claim about a variant: for every choice of it, or for one."""

    for_: Annotated[dict[str, Any], Field(alias="for")] = {}
    """The chosen values that it is about, as in {seq_len: 65536}; all when left out."""
