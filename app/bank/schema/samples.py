"""The form of samples.yaml: answers with the labels that a person gave them before any grading."""

from typing import Annotated

from pydantic import Field

from app.bank.samples import SampleKind
from app.bank.schema.form import Form, Text

Level = Annotated[int, Field(ge=0, le=4)]


class LabelsForm(Form):
    """Levels on the five axes, and the points of the whole."""

    bottleneck: Level
    numbers: Level
    trap: Level
    flip: Level
    move: Level
    overall: Annotated[int, Field(ge=0, le=100)]


class SampleForm(Form):
    """One answer."""

    kind: SampleKind
    text: Text
    labels: LabelsForm
    changed: Text | None = None
    """The reason, where a label was changed after it was first written."""


class SamplesForm(Form):
    """samples.yaml."""

    samples: list[SampleForm]
