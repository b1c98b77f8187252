"""The key, computed: prose with the engine's figures in it, the author's own figures held against the engine's."""

from collections.abc import Mapping

from app.bank.errors import Problems
from app.bank.key import Claim, Key, Saying
from app.bank.prose import Prose, figure, prose
from app.bank.question import PublicQuestion
from app.bank.schema import ClaimForm, KeyForm
from app.engine.analysis import Analysis, analyze
from app.engine.facts import Fact
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.grading.rubric import BadRubric, Rubric, rubric_from_mapping

HAND_TOLERANCE = 0.02  # between the engine and a figure that the author worked out by hand


def computed_key(form: KeyForm, public: PublicQuestion, rubric: object, *, problems: Problems) -> Key:
    """The key of a question; BadQuestion when a figure is unknown, typed, or not what the author says."""
    analyses = {name: analyze(scenario) for name, scenario in _scenarios(form, public, problems).items()}
    trap = _prose(form.trap, "trap", analyses, problems)
    numbers = tuple(_prose(text, f"numbers.{i}", analyses, problems) for i, text in enumerate(form.numbers))
    flip = _prose(form.flip, "flip", analyses, problems)
    moves = tuple(_prose(text, f"moves.{i}", analyses, problems) for i, text in enumerate(form.moves))
    people_say = tuple(
        Saying(claim=saying.claim, verdict=_prose(saying.verdict, f"people_say.{i}.verdict", analyses, problems))
        for i, saying in enumerate(form.people_say)
    )
    claims = tuple(_claim(claim, f"claims.{i}", analyses, problems) for i, claim in enumerate(form.claims))
    component = _figure(form.bottleneck.component, "bottleneck.component", analyses, problems)
    resource = _figure(form.bottleneck.resource, "bottleneck.resource", analyses, problems)
    predicted = _figure(form.predicted_number, "predicted_number", analyses, problems)
    checked = problems.reading("rubric", lambda: _rubric(rubric, prompt=" ".join(public.prompt)))
    for path in checked.paths() if checked else ():
        _figure(path, "rubric", analyses, problems)
    problems.raise_if_any()
    assert component and resource and predicted and checked
    return Key(
        trap=trap,
        numbers=numbers,
        flip=flip,
        moves=moves,
        people_say=people_say,
        component=str(component.value),
        resource=str(resource.value),
        predicted_number=float(predicted.value),
        analyses=analyses,
        claims=tuple(claim for claim in claims if claim is not None),
        sources=tuple(form.sources),
        rubric=checked,
    )


def _scenarios(form: KeyForm, public: PublicQuestion, problems: Problems) -> dict[str, Scenario]:
    together = dict(public.scenarios)
    for name, fields in form.scenarios.items():
        if name in public.scenarios:
            problems.note(f"scenarios.{name}", "the name is taken by question.yaml; choose another")
        scenario = problems.reading(f"scenarios.{name}", lambda fields=fields: scenario_from_mapping(fields))  # type: ignore[misc]
        if scenario is not None:
            together[name] = scenario
    return together


def _prose(text: str, place: str, analyses: Mapping[str, Analysis], problems: Problems) -> Prose:
    return problems.reading(place, lambda: prose(text, analyses)) or ()


def _figure(reference: str, place: str, analyses: Mapping[str, Analysis], problems: Problems) -> Fact | None:
    return problems.reading(place, lambda: figure(reference, analyses))


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


def _rubric(written: object, *, prompt: str) -> Rubric:
    if not isinstance(written, Mapping):
        raise BadRubric("rubric.yaml is missing or not a mapping; copy the one of another question to start")
    return rubric_from_mapping(written, prompt=prompt)
