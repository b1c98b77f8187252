"""From a question's files, as plain mappings, to the public question and its computed key."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.bank.errors import BadQuestion, Problems
from app.bank.evaluate import computed_key
from app.bank.given import given_from_mapping
from app.bank.key import Key
from app.bank.lint import spoilers
from app.bank.question import Ask, PublicQuestion, Slider
from app.bank.schema import KeyForm, QuestionForm, SliderForm
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario

Form = TypeVar("Form", bound=BaseModel)

FILES = ("question", "key", "rubric")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Both halves of a question, for those who may hold both: the loader, the grader, the author's tools."""

    public: PublicQuestion
    key: Key
    active: bool
    canonical: str  # the files as one JSON text; `public.digest` is its SHA-256


def question_from_canonical(canonical: str, *, topic: str) -> Question:
    """The question of a stored version."""
    return question_from_files(json.loads(canonical), topic=topic, path=f"stored version in {topic}")


def question_from_files(files: Mapping[str, Any], *, topic: str, path: str) -> Question:
    """Validate, evaluate and join the files of a folder; BadQuestion lists every problem with file, field, remedy."""
    public_side, key_side = Problems(f"{path}/question.yaml"), Problems(f"{path}/key.yaml")
    form = validated(QuestionForm, files.get("question"), public_side)
    key_form = validated(KeyForm, files.get("key"), key_side)
    if form is None or key_form is None:
        raise BadQuestion(public_side.found + key_side.found)
    canonical = json.dumps({name: files.get(name) for name in FILES}, sort_keys=True, ensure_ascii=False)
    public = _public(form, topic, canonical, public_side)
    key = computed_key(key_form, public, files.get("rubric"), problems=key_side)
    for problem in spoilers(form, key):
        public_side.note(*problem)
    public_side.raise_if_any()
    return Question(public=public, key=key, active=form.status == "active", canonical=canonical)


def validated(kind: type[Form], written: object, problems: Problems) -> Form | None:
    """The form of a file's content; None, with every wrong field noted, when it does not fit."""
    if not isinstance(written, Mapping):
        problems.note("file", "missing, or not a mapping of fields")
        return None
    try:
        return kind.model_validate(written)
    except ValidationError as error:
        for place, what in _wrong_fields(error):
            problems.note(place, what)
        return None


def slider_from_form(form: SliderForm) -> Slider:
    """A slider as a value; its label defaults to its name in words."""
    return Slider(
        name=form.name,
        label=form.label or form.name.replace("_", " ").capitalize(),
        low=form.low,
        high=form.high,
        scale=form.scale,
        choices=tuple(form.choices),
        group=form.group,
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs of a block of text, each on one line."""
    return tuple(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def _public(form: QuestionForm, topic: str, canonical: str, problems: Problems) -> PublicQuestion:
    given = problems.reading("given", lambda: given_from_mapping(form.given))
    scenarios = {name: _scenario(fields, f"scenarios.{name}", problems) for name, fields in form.scenarios.items()}
    if form.predict.scenario not in scenarios:
        problems.note("predict.scenario", f"{form.predict.scenario!r} is not one of {', '.join(scenarios)}")
    problems.raise_if_any()
    assert given is not None
    return PublicQuestion(
        id=form.id,
        public_id=form.public_id,
        topic=topic,
        title=form.title,
        level=form.level,
        minutes=form.minutes,
        tags=tuple(form.tags),
        prompt=paragraphs(form.prompt),
        given=given,
        scenarios={name: scenario for name, scenario in scenarios.items() if scenario is not None},
        ask=Ask(text=form.predict.ask, unit=form.predict.unit, scenario=form.predict.scenario),
        sliders=tuple(slider_from_form(slider) for slider in form.sliders),
        version=form.version,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _scenario(fields: Mapping[str, Any], place: str, problems: Problems) -> Scenario | None:
    return problems.reading(place, lambda: scenario_from_mapping(fields))


def _wrong_fields(error: ValidationError) -> Iterator[tuple[str, str]]:
    remedies = {"missing": "; add it", "extra_forbidden": "; remove it, or check its spelling"}
    for detail in error.errors():
        place = ".".join(str(part) for part in detail["loc"]) or "file"
        found = "" if detail["type"] == "missing" else f" (found {detail['input']!r:.80})"
        yield place, detail["msg"] + found + remedies.get(detail["type"], "")
