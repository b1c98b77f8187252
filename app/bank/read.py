"""From a question's files, as plain mappings, to the public question and its computed key."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.bank.errors import BadQuestion, Problems
from app.bank.evaluate import check_rubric, evaluated, read_rubric
from app.bank.given import given_from_mapping
from app.bank.key import Evaluated, Key
from app.bank.lint import spoilers
from app.bank.question import Ask, PublicQuestion
from app.bank.schema import KeyForm, QuestionForm
from app.bank.sliders import slider_from_form
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
    """Validate, evaluate and join the files of a folder; BadQuestion lists the problems of all of them at once."""
    question_side, key_side, rubric_side = (Problems(f"{path}/{name}.yaml") for name in FILES)
    form = validated(QuestionForm, files.get("question"), question_side)
    key_form = validated(KeyForm, files.get("key"), key_side)
    scenarios = {} if form is None else read_scenarios(form.scenarios, question_side)
    public = None if form is None else _public(form, scenarios, topic, _canonical(files), question_side)
    rubric = read_rubric(files.get("rubric"), prompt="" if form is None else form.prompt, problems=rubric_side)
    found = None if key_form is None else evaluated(key_form, scenarios, problems=key_side)
    if found is not None and rubric is not None:
        check_rubric(rubric, found.analyses, problems=rubric_side)
    if form is not None and found is not None:
        for problem in spoilers(form, component=found.component, resource=found.resource, trap=found.trap):
            question_side.note(*problem)
    problems = question_side.found + key_side.found + rubric_side.found
    if problems or public is None or form is None or found is None or rubric is None:
        raise BadQuestion(problems)
    return Question(public=public, key=_key(found, rubric), active=form.status == "active", canonical=_canonical(files))


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


def paragraphs(text: str) -> tuple[str, ...]:
    """Paragraphs of a block of text, each on one line."""
    return tuple(" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))


def read_scenarios(written: Mapping[str, Mapping[str, Any]], problems: Problems) -> dict[str, Scenario]:
    """Named scenarios; those that do not fit are noted and left out."""
    read = {
        name: problems.reading(f"scenarios.{name}", lambda fields=fields: scenario_from_mapping(fields))  # type: ignore[misc]
        for name, fields in written.items()
    }
    return {name: scenario for name, scenario in read.items() if scenario is not None}


def _public(
    form: QuestionForm, scenarios: Mapping[str, Scenario], topic: str, canonical: str, problems: Problems
) -> PublicQuestion | None:
    given = problems.reading("given", lambda: given_from_mapping(form.given))
    if form.predict.scenario not in form.scenarios:
        problems.note("predict.scenario", f"{form.predict.scenario!r} is not one of {', '.join(form.scenarios)}")
    main = scenarios.get(form.predict.scenario)
    sliders = [
        problems.reading(f"sliders.{i}", lambda slider=slider: slider_from_form(slider, main))  # type: ignore[misc]
        for i, slider in enumerate(form.sliders)
    ]
    if given is None:
        return None
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
        scenarios=scenarios,
        ask=Ask(text=form.predict.ask, unit=form.predict.unit, scenario=form.predict.scenario),
        sliders=tuple(slider for slider in sliders if slider is not None),
        version=form.version,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _key(found: Evaluated, rubric: Any) -> Key:  # noqa: ANN401 - a Rubric, whose module only the key's own names
    return Key(**{field.name: getattr(found, field.name) for field in fields(found)}, rubric=rubric)


def _canonical(files: Mapping[str, Any]) -> str:
    return json.dumps({name: files.get(name) for name in FILES}, sort_keys=True, ensure_ascii=False)


def _wrong_fields(error: ValidationError) -> Iterator[tuple[str, str]]:
    remedies = {"missing": "; add it", "extra_forbidden": "; remove it, or check its spelling"}
    for detail in error.errors():
        place = ".".join(str(part) for part in detail["loc"]) or "file"
        found = "" if detail["type"] == "missing" else f" (found {detail['input']!r:.80})"
        yield place, detail["msg"] + found + remedies.get(detail["type"], "")
