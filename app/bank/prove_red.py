"""Prove-red: every claim of the bank must break under at least one known-wrong formula of the engine.

A claim that survives them all would also survive the mistake that it is there to catch.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.bank.claims import claimed, holds
from app.bank.evaluate import found_boundaries
from app.bank.figures import Names
from app.bank.laws import laws_from_forms
from app.bank.play import Recipe, beside, world_of
from app.bank.published import names_of
from app.bank.read import Question
from app.bank.red import MUTATIONS, Mutation, put_in
from app.bank.schema.claims import ClaimForm
from app.bank.schema.published import PublishedForm
from app.bank.variants import Variant
from app.engine.analysis import analyze
from app.profile.accounting import accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A claim, and the first mutation that breaks it; none is a fault of the claim."""

    owner: str  # the question, or claims.yaml
    place: str
    fact: str
    broken_by: str | None


class _Open:
    """Claims of one owner that nothing has broken yet; flips of a question count as claims."""

    def __init__(self, owner: str, claims: Iterable[tuple[str, str]]) -> None:
        self.owner = owner
        self.facts = dict(claims)
        self.broken: dict[str, str] = {}

    @property
    def open(self) -> set[str]:
        return self.facts.keys() - self.broken.keys()

    def proofs(self) -> Iterator[Proof]:
        for place, fact in self.facts.items():
            yield Proof(owner=self.owner, place=place, fact=fact, broken_by=self.broken.get(place))


def prove_red(
    questions: Sequence[Question], published: Sequence[PublishedForm] = (), mutations: Sequence[Mutation] = MUTATIONS
) -> tuple[Proof, ...]:
    """For each claim and flip of the questions and the published claims, the first mutation that breaks it."""
    asked = [(_Open(question.public.id, _claims(question)), question) for question in questions]
    said = [(_Open(f"claims.yaml {form.id}", _published_claims(form)), form) for form in published]
    for mutation in mutations:
        with put_in(mutation):
            for still, question in asked:
                still.broken |= dict.fromkeys(_broken(question, still.open), mutation.id)
            for still, form in said:
                still.broken |= dict.fromkeys(_broken_published(form, still.open), mutation.id)
    return tuple(proof for still, _ in (*asked, *said) for proof in still.proofs())


def _claims(question: Question) -> Iterator[tuple[str, str]]:
    key = question.recipe.key
    yield from ((f"claims.{i}", claim.fact) for i, claim in enumerate(key.claims))
    if key.second_reader is not None:
        yield from ((f"second_reader.claims.{i}", claim.fact) for i, claim in enumerate(key.second_reader.claims))
    yield from ((f"flips.{flip.name}", f"flips.{flip.name}") for flip in key.flips)
    for variant in question.recipe.variants.values():
        yield from ((f"variants.{variant.id}.claims.{i}", claim.fact) for i, claim in enumerate(variant.claims))


def _broken(question: Question, open_places: set[str]) -> Iterator[str]:
    """The places, of those still open, whose claim does not hold now."""
    if not open_places:
        return
    recipe = _anew(question, with_flips=any("flips." in place for place in open_places) or _uses_flips(question))
    if recipe is None:
        yield from open_places
        return
    key = recipe.key
    own = [(f"claims.{i}", claim) for i, claim in enumerate(key.claims)]
    if key.second_reader is not None:
        own += [(f"second_reader.claims.{i}", claim) for i, claim in enumerate(key.second_reader.claims)]
    yield from (place for place, claim in own if place in open_places and not _holds(claim, recipe.names))
    yield from (place for place in open_places if place.startswith("flips.") and place[6:] not in recipe.names.flips)
    for variant in question.key.variants:
        yield from _broken_in(variant, recipe, open_places)


def _anew(question: Question, *, with_flips: bool) -> Recipe | None:
    """What the question's figures refer to, computed again; None where the engine refuses altogether."""
    recipe = question.recipe
    try:
        analyses = {name: analyze(found.scenario) for name, found in recipe.names.analyses.items()}
        measured = recipe.names.profile and accounts(recipe.names.profile.profile)
        plain = Names(analyses=analyses, given=recipe.names.given, profile=measured)
        laws = laws_from_forms(recipe.key.laws, plain)
    except (ValueError, ArithmeticError):
        return None
    names = replace(plain, laws={name: law.fact for name, law in laws.items()})
    predicted = recipe.question.predict.scenario
    flips = found_boundaries(recipe.key, names, laws, predicted) if with_flips else recipe.names.flips
    return replace(recipe, names=replace(names, flips=flips))


def _uses_flips(question: Question) -> bool:
    key = question.recipe.key
    reader = key.second_reader.claims if key.second_reader else []
    return any("flips." in claim.fact for claim in (*key.claims, *reader))


def _broken_in(variant: Variant, recipe: Recipe, open_places: set[str]) -> Iterator[str]:
    form = recipe.variants[variant.id]
    claims = {f"variants.{form.id}.claims.{i}": claim for i, claim in enumerate(form.claims)}
    claims = {place: claim for place, claim in claims.items() if place in open_places}
    for chosen in variant.every_choice() if claims else ():
        about = {
            place: claim
            for place, claim in claims.items()
            if all(chosen.get(name) == value for name, value in claim.for_.items())
        }
        try:
            names = beside(world_of(recipe, form, chosen), recipe)
        except (ValueError, ArithmeticError):
            yield from about
            continue
        yield from (place for place, claim in about.items() if not _holds(claim, names))


def _published_claims(form: PublishedForm) -> Iterator[tuple[str, str]]:
    yield from ((f"claims.{i}", claim.fact) for i, claim in enumerate(form.claims))


def _broken_published(form: PublishedForm, open_places: set[str]) -> Iterator[str]:
    if not open_places:
        return
    try:
        names = names_of(form)
    except (ValueError, ArithmeticError):
        yield from open_places
        return
    for index, claim in enumerate(form.claims):
        if f"claims.{index}" in open_places and not _holds(claim, names):
            yield f"claims.{index}"


def _holds(claim: ClaimForm, names: Names) -> bool:
    try:
        return holds(claim, claimed(claim, names))
    except (ValueError, ArithmeticError):
        return False
