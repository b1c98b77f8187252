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
from app.bank.figures import RESERVED, Names
from app.bank.given import given_from_mapping, given_numbers
from app.bank.key import Evaluated, Key
from app.bank.lint import bad_links, secret_words, spoilers, unexplained
from app.bank.play import Recipe, VariantKey, check_flip, concrete, given_labels
from app.bank.prose import prose
from app.bank.question import Ask, PublicQuestion, PublicVariant
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
from app.profile.accounting import accounts
from app.profile.profile import Profile
from app.profile.table import profile_of_step

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


def question_from_files(files: Mapping[str, Any], *, topic: str, path: str, accept_refuted: bool = False) -> Question:
    """Validate, evaluate and join the files of a folder; BadQuestion lists the problems of all of them at once.

    With `accept_refuted` a question is read whose statements the engine does not bear out: for comparisons.
    """
    side = {name: Problems(f"{path}/{name}.yaml") for name in FILES}
    forms = _forms(files, side)
    public = _public(forms.question, topic, canonical_text(files), side["question"])
    found = _evaluated(forms, public, side["key"])
    rubric = _rubric(files.get("rubric"), forms, found, side["rubric"])
    _lint(forms, found, side)
    recipe = _recipe(forms, found, files.get("rubric"))
    # What is wrong so far would be told again for each variant.
    is_sound = recipe is not None and not any(one.found or one.refuted for one in side.values())
    variants = _variants(forms.variants, recipe, side["variants"]) if recipe and (is_sound or accept_refuted) else ()
    problems = [line for one in side.values() for line in one.found]
    problems += [line for one in side.values() for line in one.refuted if not accept_refuted]
    if problems or public is None or found is None or rubric is None or recipe is None or forms.samples is None:
        raise BadQuestion(problems)
    return Question(
        public=public,
        key=_key(found, rubric, variants, tuple(_sample(sample) for sample in forms.samples.samples)),
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Forms:
    """The files of a question as forms; None for one that does not fit."""

    question: QuestionForm | None
    key: KeyForm | None
    variants: VariantsForm | None
    samples: SamplesForm | None


def _forms(files: Mapping[str, Any], side: Mapping[str, Problems]) -> _Forms:
    return _Forms(
        question=validated(QuestionForm, files.get("question"), side["question"]),
        key=validated(KeyForm, files.get("key"), side["key"]),
        variants=validated(VariantsForm, files.get("variants"), side["variants"]),
        samples=validated(SamplesForm, files.get("samples"), side["samples"]),
    )


def _public(form: QuestionForm | None, topic: str, canonical: str, problems: Problems) -> PublicQuestion | None:
    if form is None:
        return None
    scenarios = read_scenarios(form.scenarios, problems)
    given = problems.reading("given", lambda: given_from_mapping(form.given, given_labels(form)))
    profile = _profile(form, problems)
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
        profile=profile,
        scenarios=scenarios,
        ask=Ask(text=form.predict.ask, unit=form.predict.unit, scenario=predicted),
        sliders=tuple(slider for slider in sliders if slider is not None),
        version=form.version,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _profile(form: QuestionForm, problems: Problems) -> Profile | None:
    fields = form.profile
    return None if fields is None else problems.reading("profile", lambda: profile_of_step(fields))


def _evaluated(forms: _Forms, public: PublicQuestion | None, problems: Problems) -> Evaluated | None:
    if forms.key is None:
        return None
    return evaluated(
        forms.key,
        {} if public is None else public.scenarios,
        given={} if public is None else given_numbers(public.given),
        profile=None if public is None or public.profile is None else accounts(public.profile),
        predicted=None if public is None else public.ask.scenario,
        problems=problems,
    )


def _rubric(written: object, forms: _Forms, found: Evaluated | None, problems: Problems) -> Rubric | None:
    prompt = "" if forms.question is None else forms.question.prompt
    names, laws = (Names(analyses={}), {}) if found is None else (found.names, found.laws)
    rubric = read_rubric(written, prompt=prompt, names=names, laws=laws, problems=problems)
    if rubric is not None and found is not None:
        check_rubric(rubric, found.names, problems=problems)
    return rubric


def _lint(forms: _Forms, found: Evaluated | None, side: Mapping[str, Problems]) -> None:
    """Note words of the key in public places, links that lead nowhere, and what an active question lacks."""
    if forms.question is None or forms.key is None:
        return
    for place, what in bad_links(forms.key.sources):
        side["key"].note(place, what)
    if found is not None:
        for problem in spoilers(forms.question, component=found.component, resource=found.resource, trap=found.trap):
            side["question"].note(*problem)
    if forms.variants is not None and forms.samples is not None:
        for name, place, what in missing(forms.question, forms.key, forms.variants, forms.samples):
            side[name].note(place, what)


def _recipe(forms: _Forms, found: Evaluated | None, rubric: object) -> Recipe | None:
    if forms.question is None or forms.key is None or forms.variants is None or found is None:
        return None
    by_id = {variant.id: variant for variant in forms.variants.variants}
    return Recipe(question=forms.question, key=forms.key, variants=by_id, rubric=rubric, names=found.names)


def _variants(form: VariantsForm | None, recipe: Recipe, problems: Problems) -> tuple[Variant, ...]:
    """The variants, each worked out for every choice of its values; what does not fit is noted."""
    read = []
    for index, one in enumerate(form.variants if form else ()):
        place = f"variants.{index}"
        if recipe.variants[one.id] is not one:
            problems.note(f"{place}.id", f"{one.id!r} is taken; choose another")
        variant = problems.reading(f"{place}.change", lambda one=one: _variant(one))  # type: ignore[misc]
        if variant is None:
            continue
        for chosen in variant.every_choice():
            made = concrete(recipe, one, chosen, place=place, problems=problems)
            if made is None:
                continue
            for word in _given_away(recipe, one, made):
                problems.note(f"{place}.prompt", f"{word!r} is a word of the key; rephrase, or give the reason")
            problems.reading(place, lambda one=one, chosen=chosen: check_flip(recipe, one, chosen))  # type: ignore[misc]
        read.append(variant)
    return tuple(read)


def _given_away(recipe: Recipe, form: VariantForm, made: tuple[PublicVariant, VariantKey]) -> list[str]:
    public, key = made
    trap = prose(recipe.key.trap, recipe.names)
    secret = secret_words(component=key.component, resource=key.resource, trap=trap)
    return unexplained(" ".join(public.prompt), secret, {**recipe.question.public_mentions, **form.public_mentions})


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
