"""The forms of the files of a whole bank: topics, path, the quick round, and what a private folder says of itself."""

from typing import Annotated, Literal

from pydantic import Field

from app.bank.schema.form import Form, ScenarioFields, Slug, Text
from app.bank.schema.question import SliderForm


class TopicForm(Form):
    """One row of topics.yaml."""

    id: Slug
    """The name of the folder."""
    title: Text
    """As candidates read it."""


class StepForm(Form):
    """One row of path.yaml."""

    id: Slug
    """A question that exists."""
    why: Text
    """One sentence: what this step adds."""


class QuickForm(Form):
    """quick.yaml: the landing page's round."""

    title: Text
    """Its heading."""
    prompt: Text
    """The situation."""
    scenario: ScenarioFields
    """What the engine runs."""
    slider: SliderForm
    """What is moved."""


class FolderForm(Form):
    """bank.yaml of a private folder."""

    prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{1,11}$")]
    """Every id in it starts with this and a hyphen, every public id with this."""
    title: Text
    """For the interviewer."""
    use: Literal["practice", "rooms-only"]
    """`rooms-only` questions do not exist in practice, in the API and in search."""
