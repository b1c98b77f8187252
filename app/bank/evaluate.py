"""The key, computed: prose with the engine's figures in it, laws applied, flips found, claims compared."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from app.bank.claims import checked_claims
from app.bank.errors import Problems
from app.bank.figures import RESERVED, Names, graded_figure, named, number
from app.bank.flips import FoundFlip, NotThere, found_flip
from app.bank.hints import Hint
from app.bank.key import Evaluated, Saying, SecondReader
from app.bank.laws import AppliedLaw, law_slider, laws_from_forms, with_figures
from app.bank.prose import Prose, prose
from app.bank.question import Slider
from app.bank.robustness import Robustness, robustness
from app.bank.schema.key import KeyForm, SecondReaderForm
from app.engine.analysis import Analysis, analyze
from app.engine.catalog import near_misses
from app.engine.facts import Fact
from app.engine.groups import Group, Resource
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.engine.studies.sensitivity import Stability
from app.grading.rubric import BadRubric, Rubric, rubric_from_mapping
from app.profile.accounting import Accounts

Word = TypeVar("Word", type[Group], type[Resource])


def evaluated(
    form: KeyForm,
    scenarios: Mapping[str, Scenario],
    *,
    given: Mapping[str, float],
    predicted: str | None,
    problems: Problems,
    profile: Accounts | None = None,
) -> Evaluated:
    """The key of a question, its figures computed; every unknown, typed or refuted one is noted.

    `given` are the numbers of the table, `predicted` names the scenario that the prediction is about.
    """
    analyses = {name: analyze(scenario) for name, scenario in _together(form, scenarios, problems).items()}
    plain = Names(analyses=analyses, given=given, profile=profile)
    laws = problems.reading("laws", lambda: laws_from_forms(form.laws, plain)) or {}
    before = replace(plain, laws={name: law.fact for name, law in laws.items()})
    flips = _flips(form, before, laws, predicted, problems)
    boundaries = {flip.name: _boundary(flip) for flip in flips}
    lost = frozenset(flip.name for flip in form.flips if flip.name not in boundaries)
    names = replace(before, flips=boundaries, lost=lost)
    return Evaluated(
        trap_id=form.trap_id,
        lever=form.lever,
        trap=_prose(form.trap, "trap", names, problems),
        numbers=tuple(_prose(text, f"numbers.{i}", names, problems) for i, text in enumerate(form.numbers)),
        flip=_prose(form.flip, "flip", names, problems),
        moves=tuple(_prose(text, f"moves.{i}", names, problems) for i, text in enumerate(form.moves)),
        people_say=tuple(
            Saying(claim=saying.claim, verdict=_prose(saying.verdict, f"people_say.{i}.verdict", names, problems))
            for i, saying in enumerate(form.people_say)
        ),
        hints=_hints(form, names, problems),
        component=_binding(form.bottleneck.component, "bottleneck.component", Group, names, problems),
        resource=_binding(form.bottleneck.resource, "bottleneck.resource", Resource, names, problems),
        predicted_number=problems.reading("predicted_number", lambda: number(form.predicted_number, names)) or 0.0,
        analyses=analyses,
        laws=laws,
        law_sliders=_law_sliders(form, laws, problems),
        claims=checked_claims(form.claims, "claims", names, problems),
        flips=flips,
        robustness=_robustness(form, analyses, predicted, problems),
        fragile=form.fragile,
        second_reader=_second_reader(form.second_reader, names, problems),
        sources=tuple(form.sources),
        names=names,
    )


def found_boundaries(
    form: KeyForm, names: Names, laws: Mapping[str, AppliedLaw], predicted: str | None
) -> dict[str, Fact]:
    """The boundaries of the flips that are as the author states them, by name."""
    told = Problems("key.yaml")
    flips = _flips(form, names, laws, predicted, told)
    wrong = {line.split(": ")[1] for line in (*told.found, *told.refuted)}
    stated = {flip.name for i, flip in enumerate(form.flips) if f"flips.{i}" not in wrong}
    return {flip.name: _boundary(flip) for flip in flips if flip.name in stated}


def check_rubric(rubric: Rubric, names: Names, *, problems: Problems) -> None:
    """Note each fact that the rubric asks for and the question does not have."""
    for path in rubric.paths():
        problems.reading("predicates", lambda path=path: graded_figure(path, names))  # type: ignore[misc]


def read_rubric(
    written: object, *, prompt: str, names: Names, laws: Mapping[str, AppliedLaw], problems: Problems
) -> Rubric | None:
    """The rubric, the question's own names in it put in, or None with what is wrong noted."""
    try:
        return _rubric(with_figures(written, names, laws), prompt=" ".join(prompt.split()))
    except BadRubric as error:
        problems.note_line(error)
        return None


def binding(reference: str, words: Word, names: Names) -> str:
    """What binds: a fact of that kind, or the word itself; ValueError when it is neither."""
    known = [str(word) for word in words]
    if reference in known:
        return reference
    if "." not in reference:
        raise ValueError(
            f"{reference!r} is no fact and not one of {', '.join(sorted(known))}{near_misses(reference, known)}"
        )
    found = named(reference, names)
    if found.value not in known:
        raise ValueError(f"{reference} is {found.value!r}, not one of {', '.join(sorted(known))}")
    return str(found.value)


def _rubric(written: object, *, prompt: str) -> Rubric:
    if not isinstance(written, Mapping):
        raise BadRubric("missing or not a mapping; copy the one of another question to start")
    try:
        return rubric_from_mapping(written, prompt=prompt)
    except BadRubric:
        raise
    except (TypeError, AttributeError, ValueError) as error:
        raise BadRubric(f"a value has the wrong type: {error}") from None


def _together(form: KeyForm, scenarios: Mapping[str, Scenario], problems: Problems) -> dict[str, Scenario]:
    together = dict(scenarios)
    for name, fields in form.scenarios.items():
        if name in scenarios:
            problems.note(f"scenarios.{name}", "the name is taken by question.yaml; choose another")
        if name in (*RESERVED, "variant"):
            problems.note(f"scenarios.{name}", "the name has a meaning of its own in figures; choose another")
        scenario = problems.reading(f"scenarios.{name}", lambda fields=fields: scenario_from_mapping(fields))  # type: ignore[misc]
        if scenario is not None:
            together[name] = scenario
    return together


def _prose(text: str, place: str, names: Names, problems: Problems) -> Prose:
    return problems.reading(place, lambda: prose(text, names)) or ()


def _hints(form: KeyForm, names: Names, problems: Problems) -> tuple[Hint, ...]:
    prices = [hint.price for hint in form.hints]
    if prices != sorted(set(prices)):
        problems.note("hints", f"prices {prices} do not rise; a later hint says more and costs more")
    return tuple(
        Hint(text=_prose(hint.text, f"hints.{i}.text", names, problems), price=hint.price)
        for i, hint in enumerate(form.hints)
    )


def _binding(reference: str | None, place: str, words: Word, names: Names, problems: Problems) -> str | None:
    return None if reference is None else problems.reading(place, lambda: binding(reference, words, names))


def _law_sliders(form: KeyForm, laws: Mapping[str, AppliedLaw], problems: Problems) -> tuple[Slider, ...]:
    read = (
        problems.reading(f"law_sliders.{i}", lambda slider=slider: law_slider(slider, laws.get("main")))  # type: ignore[misc]
        for i, slider in enumerate(form.law_sliders)
    )
    return tuple(slider for slider in read if slider is not None)


def _flips(
    form: KeyForm, names: Names, laws: Mapping[str, AppliedLaw], predicted: str | None, problems: Problems
) -> tuple[FoundFlip, ...]:
    found: list[FoundFlip | None] = []
    for i, flip in enumerate(form.flips):
        try:
            found.append(found_flip(flip, names, laws, scenario=predicted))
        except NotThere as error:
            problems.refute(f"flips.{i}", error)
            found.append(error.found)
        except ValueError as error:
            problems.note(f"flips.{i}", error)
    return tuple(flip for flip in found if flip is not None)


def _boundary(flip: FoundFlip) -> Fact:
    unit = "token" if flip.variable.endswith("_len") else "1"
    return Fact(name=f"flips.{flip.name}", value=flip.at, unit=unit, basis="computed", convention="exact")


def _robustness(
    form: KeyForm, analyses: Mapping[str, Analysis], predicted: str | None, problems: Problems
) -> Robustness | None:
    if form.assumptions is None:
        return None
    assumptions = form.assumptions
    name = assumptions.scenario or predicted or ""
    if name not in analyses:
        problems.note("assumptions.scenario", f"{name!r} is not a scenario of this question")
        return None
    found = problems.reading("assumptions", lambda: robustness(assumptions, analyses[name].scenario))
    if found is None:
        return None
    if found.stability is Stability.FRAGILE and form.fragile is None:
        broken = "; ".join(f"{one.assumption}: {one.component}, {one.resource}" for one in found.breaks[:3])
        problems.refute("fragile", f"the verdict does not survive {broken}; say why it is fragile, or narrow `against`")
    if found.stability is Stability.ROBUST and form.fragile is not None:
        problems.refute("fragile", f"the verdict survives all {found.n_trials} assumptions; remove this")
    return found


def _second_reader(form: SecondReaderForm | None, names: Names, problems: Problems) -> SecondReader | None:
    if form is None:
        return None
    claims = checked_claims(form.claims, "second_reader.claims", names, problems)
    return SecondReader(claims=claims, differences=form.differences)
