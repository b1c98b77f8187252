"""The key, computed: prose with the engine's figures in it, the author's own figures held against the engine's."""

from collections.abc import Mapping

from app.bank.errors import Problems
from app.bank.key import Claim, Evaluated, Saying
from app.bank.prose import Prose, figure, prose
from app.bank.schema import ClaimForm, KeyForm
from app.engine.analysis import Analysis, analyze
from app.engine.facts import Fact
from app.engine.groups import Group, Resource
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.grading.rubric import BadRubric, Rubric, rubric_from_mapping

HAND_TOLERANCE = 0.02  # between the engine and a figure that the author worked out by hand


def check_rubric(rubric: Rubric, analyses: Mapping[str, Analysis], *, problems: Problems) -> None:
    """Note each fact that the rubric asks for and the scenarios do not have."""
    for path in rubric.paths():
        _figure(path, "predicates", analyses, problems)


def evaluated(form: KeyForm, scenarios: Mapping[str, Scenario], *, problems: Problems) -> Evaluated:
    """The key of a question, its figures computed; every unknown, typed or refuted one is noted."""
    analyses = {name: analyze(scenario) for name, scenario in _together(form, scenarios, problems).items()}
    sayings = (
        Saying(claim=saying.claim, verdict=_prose(saying.verdict, f"people_say.{i}.verdict", analyses, problems))
        for i, saying in enumerate(form.people_say)
    )
    claims = (_claim(claim, f"claims.{i}", analyses, problems) for i, claim in enumerate(form.claims))
    return Evaluated(
        trap=_prose(form.trap, "trap", analyses, problems),
        numbers=tuple(_prose(text, f"numbers.{i}", analyses, problems) for i, text in enumerate(form.numbers)),
        flip=_prose(form.flip, "flip", analyses, problems),
        moves=tuple(_prose(text, f"moves.{i}", analyses, problems) for i, text in enumerate(form.moves)),
        people_say=tuple(sayings),
        component=_word(form.bottleneck.component, "bottleneck.component", set(Group), analyses, problems),
        resource=_word(form.bottleneck.resource, "bottleneck.resource", set(Resource), analyses, problems),
        predicted_number=_number(form.predicted_number, "predicted_number", analyses, problems),
        analyses=analyses,
        claims=tuple(claim for claim in claims if claim is not None),
        sources=tuple(form.sources),
    )


def read_rubric(written: object, *, prompt: str, problems: Problems) -> Rubric | None:
    """The rubric, or None with what is wrong noted."""
    try:
        return _rubric(written, prompt=" ".join(prompt.split()))
    except BadRubric as error:
        problems.note_line(error)
        return None


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
        scenario = problems.reading(f"scenarios.{name}", lambda fields=fields: scenario_from_mapping(fields))  # type: ignore[misc]
        if scenario is not None:
            together[name] = scenario
    return together


def _prose(text: str, place: str, analyses: Mapping[str, Analysis], problems: Problems) -> Prose:
    return problems.reading(place, lambda: prose(text, analyses)) or ()


def _figure(reference: str, place: str, analyses: Mapping[str, Analysis], problems: Problems) -> Fact | None:
    return problems.reading(place, lambda: figure(reference, analyses))


def _word(
    reference: str, place: str, words: set[Group] | set[Resource], analyses: Mapping[str, Analysis], problems: Problems
) -> str:
    found = _figure(reference, place, analyses, problems)
    if found is not None and found.value not in words:
        problems.note(place, f"{reference} is {found.value!r}, not one of {', '.join(sorted(words))}")
    return "" if found is None else str(found.value)


def _number(reference: str, place: str, analyses: Mapping[str, Analysis], problems: Problems) -> float:
    found = _figure(reference, place, analyses, problems)
    if found is None:
        return 0.0
    if isinstance(found.value, (bool, str)):
        problems.note(place, f"{reference} is {found.value!r}, not a number")
        return 0.0
    return float(found.value)


def _claim(form: ClaimForm, place: str, analyses: Mapping[str, Analysis], problems: Problems) -> Claim | None:
    found = _figure(form.fact, place, analyses, problems)
    if found is None:
        return None
    agrees, expected = _comparison(form, found)
    if not agrees:
        problems.note(place, f"{form.fact} is {found.value}, the author says {expected}; one of them is wrong")
    return Claim(reference=form.fact, fact=found, expected=expected)


def _comparison(form: ClaimForm, found: Fact) -> tuple[bool, str]:
    if form.is_ is not None:
        return found.value == form.is_, str(form.is_)
    if isinstance(found.value, (bool, str)):
        return False, "a number"
    if form.between is not None:
        low, high = form.between
        return low <= found.value <= high, f"between {low} and {high}"
    by_hand = form.by_hand or 0.0
    return abs(found.value - by_hand) <= HAND_TOLERANCE * abs(by_hand), f"{by_hand}, worked by hand"
