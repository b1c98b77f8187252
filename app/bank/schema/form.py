"""What every form shares: strictness, and the words that fields are made of."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]  # what a figure can refer to
Text = Annotated[str, Field(min_length=1)]
Figure = Annotated[str, Field(min_length=1)]  # a fact, a law, or arithmetic on them: main.share.flops.mlp
Prose = Annotated[str, Field(min_length=1)]  # text whose figures stand in braces; a typed number is refused

ScenarioFields = dict[str, Any]  # read by app.engine.mapping, which names the field that is wrong
GivenFields = dict[str, Any]  # read by app.bank.given, likewise
LawFields = dict[str, Any]  # read by app.bank.laws, likewise


class Form(BaseModel):
    """A form refuses fields that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, use_attribute_docstrings=True)
