"""A variant made concrete: its public half, and its key worked out again by the engine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.bank.claims import checked_claims
from app.bank.errors import Problems, Refuted
from app.bank.evaluate import binding, read_rubric
from app.bank.figures import Names, number
from app.bank.given import Given, Label, given_from_mapping, given_numbers
from app.bank.laws import AppliedLaw, laws_from_forms
from app.bank.prose import Prose, prose
from app.bank.question import Ask, PublicVariant
from app.bank.schema.key import KeyForm
from app.bank.schema.question import QuestionForm
from app.bank.schema.variants import VariantForm
from app.bank.text import paragraphs
from app.bank.variants import Chosen, Variant
from app.engine.analysis import Analysis, analyze
from app.engine.catalog import accelerator, transformer
from app.engine.groups import Group, Resource
from app.engine.mapping import scenario_from_mapping
from app.grading.rubric import Rubric

MAIN = "main"
VARIANT = "variant"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """The files of a question as read: all that is needed to work a variant of it out."""

    question: QuestionForm
    key: KeyForm
    variants: Mapping[str, VariantForm]
    rubric: object  # as written
    names: Names  # figures of the question itself


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantKey:
    """The key of a concrete variant: what it shows afterwards, and the analyses that an answer is graded against."""

    id: str
    flips: bool
    says: Prose
    component: str | None
    resource: str | None
    predicted_number: float
    analyses: Mapping[str, Analysis]
    laws: Mapping[str, AppliedLaw]
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The situation of a variant: what is given in it, and what its figures may refer to."""

    given: Given
    written: Mapping[str, Any]  # the given facts as written
    names: Names  # the question's own names, with what was moved in their place
    laws: Mapping[str, AppliedLaw]


def played(recipe: Recipe, variant: Variant, seed: int) -> tuple[PublicVariant, VariantKey]:
    """The variant that a seed makes, public half and key; BadQuestion when its author left a fault in it."""
    problems = Problems(f"{recipe.question.id}/variants.yaml")
    made = concrete(recipe, recipe.variants[variant.id], variant.chosen(seed), place=variant.id, problems=problems)
    problems.raise_if_any()
    assert made is not None
    return made


def rubric_for(recipe: Recipe, played: tuple[PublicVariant, VariantKey]) -> Rubric:
    """The question's rubric for an answer to a variant: its named laws as the variant applies them."""
    public, key = played
    problems = Problems(f"{recipe.question.id}/rubric.yaml")
    prompt = " ".join(public.prompt)
    rubric = read_rubric(recipe.rubric, prompt=prompt, names=key.names, laws=key.laws, problems=problems)
    problems.raise_if_any()
    assert rubric is not None
    return rubric


def concrete(
    recipe: Recipe, form: VariantForm, chosen: Chosen, *, place: str, problems: Problems
) -> tuple[PublicVariant, VariantKey] | None:
    """Both halves for these values; None, with what is wrong noted, when they cannot be."""
    world = problems.reading(f"{place}.change", lambda: world_of(recipe, form, chosen))
    if world is None:
        return None
    public = problems.reading(f"{place}.prompt", lambda: _public(recipe, form, chosen, world))
    names = beside(world, recipe)
    says = problems.reading(f"{place}.says", lambda: prose(form.says, names))
    claims = [claim for claim in form.claims if all(chosen.get(name) == value for name, value in claim.for_.items())]
    checked_claims(claims, f"{place}.claims", names, problems)
    verdict = problems.reading(f"{place}.verdict", lambda: binding_of(recipe.key, world.names))
    predicted = problems.reading(f"{place}.predicted_number", lambda: number(recipe.key.predicted_number, world.names))
    if public is None or says is None or verdict is None or predicted is None:
        return None
    key = VariantKey(
        id=form.id,
        flips=form.flips,
        says=says,
        component=verdict[0],
        resource=verdict[1],
        predicted_number=predicted,
        analyses=world.names.analyses,
        laws=world.laws,
        names=world.names,
    )
    return public, key


def binding_of(key: KeyForm, names: Names) -> tuple[str | None, str | None]:
    """Component and resource that bind under these names."""
    component, resource = key.bottleneck.component, key.bottleneck.resource
    return (
        None if component is None else binding(component, Group, names),
        None if resource is None else binding(resource, Resource, names),
    )


def world_of(recipe: Recipe, form: VariantForm, chosen: Chosen) -> World:
    """What a variant changes, changed; ValueError names a field that nothing has."""
    moved = {name: _target(name, recipe) for name in chosen}
    written = _written(recipe, form, chosen)
    given = given_from_mapping(written, given_labels(recipe.question))
    fields = {**recipe.question.scenarios, **recipe.key.scenarios}
    analyses = dict(recipe.names.analyses)
    for scenario in {target for target, _ in moved.values() if target in fields}:
        changes = {field: chosen[name] for name, (target, field) in moved.items() if target == scenario}
        analyses[scenario] = analyze(scenario_from_mapping({**fields[scenario], **changes}))
    law_fields = {name: dict(law) for name, law in recipe.key.laws.items()}
    for name, (target, field) in moved.items():
        if target.startswith("law."):
            law_fields[target.removeprefix("law.")][field] = chosen[name]
    plain = Names(analyses=analyses, given=given_numbers(given), flips=recipe.names.flips, profile=recipe.names.profile)
    laws = laws_from_forms(law_fields, plain)
    names = replace(plain, laws={name: law.fact for name, law in laws.items()})
    return World(given=given, written=written, names=names, laws=laws)


def beside(world: World, recipe: Recipe) -> Names:
    """The question's figures under their names, and the moved ones as `variant_NAME` and `law.variant_NAME`.

    What was moved of the main scenario and the main law is plainly `variant` and `law.variant`.
    """
    own, main = recipe.names, recipe.question.predict.scenario or MAIN
    analyses, laws = dict(own.analyses), dict(own.laws)
    for name, analysis in world.names.analyses.items():
        if analysis is not own.analyses.get(name):
            analyses[VARIANT if name == main else f"{VARIANT}_{name}"] = analysis
    for name, law in world.names.laws.items():
        if law != own.laws.get(name):
            laws[VARIANT if name == MAIN else f"{VARIANT}_{name}"] = law
    return replace(own, given=world.names.given, analyses=analyses, laws=laws)


def given_labels(form: QuestionForm) -> dict[str, Label]:
    """The labels of given facts that a question brings along."""
    return {name: Label(text=one.label, unit=one.unit) for name, one in form.given_labels.items()}


def _target(name: str, recipe: Recipe) -> tuple[str, str]:
    """The scenario, or `law.NAME`, that a change is about, and the field of it."""
    owner, dot, field = name.rpartition(".")
    laws = recipe.key.laws
    if not dot:
        owner = recipe.question.predict.scenario or MAIN
        if name in laws.get(MAIN, {}):
            owner = f"law.{MAIN}"
    elif owner in laws and owner not in recipe.names.analyses:
        owner = f"law.{owner}"
    law = laws.get(owner.removeprefix("law."), {}) if owner.startswith("law.") else None
    if law is not None and field in law and field != "law":
        return owner, field
    if owner not in recipe.names.analyses:
        known = ", ".join((*recipe.names.analyses, *laws))
        raise ValueError(f"{name}: neither a field of a scenario nor an argument of a law; there are {known}")
    return owner, field


def _written(recipe: Recipe, form: VariantForm, chosen: Chosen) -> dict[str, Any]:
    """The given facts of the variant, as they would stand in question.yaml."""
    own = recipe.question.given
    follows = {name: value for name, value in chosen.items() if name in own}
    stated = {name: _placed(value, chosen) for name, value in form.given.items()}
    return {**own, **follows, **stated}


def _placed(value: object, chosen: Chosen) -> object:
    """A given value; `"{field}"` stands for the chosen value of that field."""
    found = _PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return value
    if found[1] not in chosen:
        raise ValueError(f"given: {value} is not one of {', '.join(chosen)}")
    return chosen[found[1]]


def _public(recipe: Recipe, form: VariantForm, chosen: Chosen, world: World) -> PublicVariant:
    predict = recipe.question.predict
    unseen = [
        name
        for name in chosen
        if len(set(map(str, _alternatives(form, name)))) > 1 and name not in form.prompt and name not in world.written
    ]
    if unseen:
        raise ValueError(f"{unseen[0]} is chosen, but stands neither in the prompt as {{{unseen[0]}}} nor in given")
    return PublicVariant(
        prompt=paragraphs(_filled(form.prompt, chosen)),
        given=world.given,
        scenarios={name: world.names.analyses[name].scenario for name in recipe.question.scenarios},
        ask=Ask(text=_filled(form.ask or predict.ask, chosen), unit=predict.unit, scenario=predict.scenario),
    )


def _alternatives(form: VariantForm, name: str) -> list[Any]:
    change = form.change[name]
    return list(change["choose"]) if isinstance(change, Mapping) else [change]


def _filled(text: str, chosen: Chosen) -> str:
    """The text with the chosen values put in, as people write them."""

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name not in chosen:
            raise ValueError(f"{{{name}}} is not a changed field; there are {', '.join(chosen)}")
        return _as_written(name.rpartition(".")[2], chosen[name])

    return _PLACEHOLDER.sub(put, text)


def _as_written(name: str, value: object) -> str:
    match value:
        case str() if name == "model":
            return transformer(value).name
        case str() if name == "hardware":
            return accelerator(value).name
        case int() if not isinstance(value, bool) and abs(value) >= 1000:
            return f"{value:,}"
    return str(value)


def check_flip(recipe: Recipe, form: VariantForm, chosen: Chosen) -> None:
    """Refuted unless the variant moves the answer where it says so, and only there."""
    before, after = (_verdict(recipe, form, names) for names in (recipe.names, world_of(recipe, form, chosen).names))
    if (before != after) is form.flips:
        return
    values = ", ".join(f"{name} {value}" for name, value in chosen.items())
    if form.flips:
        raise Refuted(f"with {values} the answer stays {_said(before)}; choose values beyond the flip, or flips: false")
    raise Refuted(f"with {values} the answer moves from {_said(before)} to {_said(after)}; say flips: true")


def _verdict(recipe: Recipe, form: VariantForm, names: Names) -> tuple[str | None, ...]:
    if form.by is None:
        return binding_of(recipe.key, names)
    side = "above" if number(form.by.fact, names) > form.by.boundary else "at most"
    return (f"{form.by.fact} {side} {form.by.boundary:g}",)


def _said(verdict: tuple[str | None, ...]) -> str:
    return " and ".join(word for word in verdict if word)
