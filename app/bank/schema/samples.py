"""The form of samples.yaml: answers with the labels that a person gave them before any grading."""

from typing import Annotated

from pydantic import Field

from app.bank.samples import SampleKind
from app.bank.schema.form import Form, Text

Level = Annotated[int, Field(ge=0, le=4)]


class LabelsForm(Form):
    """Levels on the five axes, and the points of the whole."""

    bottleneck: Level
    """0 to 4."""
    numbers: Level
    """0 to 4."""
    trap: Level
    """0 to 4."""
    flip: Level
    """0 to 4."""
    move: Level
    """0 to 4."""
    overall: Annotated[int, Field(ge=0, le=100)]
    """Points of 100, as a person would give them."""


class SampleForm(Form):
    """One answer."""

    kind: SampleKind
    """What it is an example of."""
    text: Text
    """The answer, as a candidate would type it."""
    labels: LabelsForm
    """What it deserves, written before any grading."""
    changed: Text | None = None
    """The reason, where a label was changed after it was first written."""


class SamplesForm(Form):
    """samples.yaml."""

    samples: list[SampleForm]
    """Five or more when active, of every kind."""
