"""From a question's files, as plain mappings, to the public question and its computed key."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.bank.complete import missing
from app.bank.errors import BadQuestion, Problems
from app.bank.evaluate import check_rubric, evaluated, read_rubric
from app.bank.figures import RESERVED
from app.bank.given import Given, given_from_mapping, given_numbers
from app.bank.key import Evaluated, Key
from app.bank.lint import spoilers
from app.bank.play import Recipe, check_flip, concrete, given_labels
from app.bank.question import Ask, PublicQuestion
from app.bank.samples import Sample
from app.bank.schema.form import Form as FileForm
from app.bank.schema.key import KeyForm
from app.bank.schema.question import QuestionForm
from app.bank.schema.samples import SampleForm, SamplesForm
from app.bank.schema.variants import VariantForm, VariantsForm
from app.bank.sliders import slider_from_form
from app.bank.text import paragraphs
from app.bank.variants import Variant, values_of
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.grading.rubric import Rubric
from app.grading.score import Axis

Form = TypeVar("Form", bound=BaseModel)

FORMS: dict[str, type[FileForm] | None] = {
    "question": QuestionForm,
    "key": KeyForm,
    "rubric": None,  # app.grading reads it
    "variants": VariantsForm,
    "samples": SamplesForm,
}
FILES = tuple(FORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Both halves of a question, for those who may hold both: the loader, the grader, the author's tools."""

    public: PublicQuestion
    key: Key
    active: bool
    canonical: str  # the files as one JSON text; `public.digest` is its SHA-256
    recipe: Recipe  # from which its variants are worked out


def question_from_canonical(canonical: str, *, topic: str) -> Question:
    """The question of a stored version."""
    return question_from_files(json.loads(canonical), topic=topic, path=f"stored version in {topic}")


def question_from_files(files: Mapping[str, Any], *, topic: str, path: str) -> Question:
    """Validate, evaluate and join the files of a folder; BadQuestion lists the problems of all of them at once."""
    side = {name: Problems(f"{path}/{name}.yaml") for name in FILES}
    form = validated(QuestionForm, files.get("question"), side["question"])
    key_form = validated(KeyForm, files.get("key"), side["key"])
    variants_form = validated(VariantsForm, files.get("variants"), side["variants"])
    samples_form = validated(SamplesForm, files.get("samples"), side["samples"])
    scenarios = {} if form is None else read_scenarios(form.scenarios, side["question"])
    given = None if form is None else _given(form, side["question"])
    public = None
    if form is not None:
        public = _public(form, given, scenarios, topic, canonical_text(files), side["question"])
    found = rubric = None
    if key_form is not None:
        found = evaluated(
            key_form,
            scenarios,
            given={} if given is None else given_numbers(given),
            predicted=None if form is None else form.predict.scenario,
            problems=side["key"],
        )
    prompt = "" if form is None else form.prompt
    laws = {} if found is None else found.laws
    rubric = read_rubric(files.get("rubric"), prompt=prompt, laws=laws, problems=side["rubric"])
    if found is not None and rubric is not None:
        check_rubric(rubric, found.names, problems=side["rubric"])
    if form is not None and found is not None:
        for problem in spoilers(form, component=found.component, resource=found.resource, trap=found.trap):
            side["question"].note(*problem)
    if form is not None and key_form is not None and variants_form is not None and samples_form is not None:
        for name, place, what in missing(form, key_form, variants_form, samples_form):
            side[name].note(place, what)
    variants: tuple[Variant, ...] = ()
    recipe = None
    if form is not None and key_form is not None and found is not None and variants_form is not None:
        by_id = {variant.id: variant for variant in variants_form.variants}
        recipe = Recipe(question=form, key=key_form, variants=by_id, rubric=files.get("rubric"), names=found.names)
        told = any(one.found for one in side.values())  # what is wrong above would be told again for each variant
        variants = () if told else _variants(variants_form, recipe, side["variants"])
    problems = [line for one in side.values() for line in one.found]
    if problems or public is None or found is None or rubric is None or samples_form is None or recipe is None:
        raise BadQuestion(problems)
    return Question(
        public=public,
        key=_key(found, rubric, variants, tuple(_sample(sample) for sample in samples_form.samples)),
        active=recipe.question.status == "active",
        canonical=canonical_text(files),
        recipe=recipe,
    )


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


def canonical_text(files: Mapping[str, Any]) -> str:
    """All files of a question as one JSON text, however they were laid out."""
    return json.dumps({name: files.get(name) for name in FILES}, sort_keys=True, ensure_ascii=False)


def read_scenarios(written: Mapping[str, Mapping[str, Any]], problems: Problems) -> dict[str, Scenario]:
    """Named scenarios; those that do not fit are noted and left out."""
    for name in (*RESERVED, "variant"):
        if name in written:
            problems.note(f"scenarios.{name}", "the name has a meaning of its own in figures; choose another")
    read = {
        name: problems.reading(f"scenarios.{name}", lambda fields=fields: scenario_from_mapping(fields))  # type: ignore[misc]
        for name, fields in written.items()
    }
    return {name: scenario for name, scenario in read.items() if scenario is not None}


def _given(form: QuestionForm, problems: Problems) -> Given | None:
    return problems.reading("given", lambda: given_from_mapping(form.given, given_labels(form)))


def _public(
    form: QuestionForm,
    given: Given | None,
    scenarios: Mapping[str, Scenario],
    topic: str,
    canonical: str,
    problems: Problems,
) -> PublicQuestion | None:
    predicted = form.predict.scenario
    if predicted is None and form.scenarios:
        problems.note("predict.scenario", f"missing; name one of {', '.join(form.scenarios)}")
    if predicted is not None and predicted not in form.scenarios:
        problems.note("predict.scenario", f"{predicted!r} is not one of {', '.join(form.scenarios) or 'none'}")
    if form.sliders and predicted is None:
        problems.note("sliders", "there is no scenario to move; sliders of a law are law_sliders in key.yaml")
    main = scenarios.get(predicted or "")
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
        requires=tuple(form.requires),
        prompt=paragraphs(form.prompt),
        probe=" ".join(form.probe.split()),
        qualitative=form.qualitative_reason,
        given=given,
        scenarios=scenarios,
        ask=Ask(text=form.predict.ask, unit=form.predict.unit, scenario=predicted),
        sliders=tuple(slider for slider in sliders if slider is not None),
        version=form.version,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _variants(form: VariantsForm, recipe: Recipe, problems: Problems) -> tuple[Variant, ...]:
    """The variants, each worked out for every choice of its values; what does not fit is noted."""
    read = []
    for index, one in enumerate(form.variants):
        place = f"variants.{index}"
        if recipe.variants[one.id] is not one:
            problems.note(f"{place}.id", f"{one.id!r} is taken; choose another")
        variant = problems.reading(f"{place}.change", lambda one=one: _variant(one))  # type: ignore[misc]
        if variant is None:
            continue
        for chosen in variant.every_choice():
            made = concrete(recipe, one, chosen, place=place, problems=problems)
            if made is not None:
                problems.reading(place, lambda one=one, chosen=chosen: check_flip(recipe, one, chosen))  # type: ignore[misc]
        read.append(variant)
    return tuple(read)


def _variant(form: VariantForm) -> Variant:
    return Variant(id=form.id, flips=form.flips, change={name: values_of(one) for name, one in form.change.items()})


def _sample(form: SampleForm) -> Sample:
    axes = {axis: getattr(form.labels, axis) for axis in Axis}
    return Sample(kind=form.kind, text=form.text, axes=axes, overall=form.labels.overall, changed=form.changed)


def _key(found: Evaluated, rubric: Rubric, variants: tuple[Variant, ...], samples: tuple[Sample, ...]) -> Key:
    own = {field.name: getattr(found, field.name) for field in fields(found)}
    return Key(**own, rubric=rubric, variants=variants, samples=samples)


def _wrong_fields(error: ValidationError) -> Iterator[tuple[str, str]]:
    remedies = {"missing": "; add it", "extra_forbidden": "; remove it, or check its spelling"}
    for detail in error.errors():
        place = ".".join(str(part) for part in detail["loc"]) or "file"
        found = "" if detail["type"] == "missing" else f" (found {detail['input']!r:.80})"
        yield place, detail["msg"] + found + remedies.get(detail["type"], "")
