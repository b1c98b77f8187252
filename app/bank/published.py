"""What people say: commonly published claims, each with the engine's verdict. Open to everybody; no key is in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.bank.claims import checked_claims
from app.bank.errors import Problems
from app.bank.figures import Names
from app.bank.laws import laws_from_forms
from app.bank.prose import Prose, prose
from app.bank.schema.published import PublishedFile, PublishedForm, Standing
from app.engine.analysis import analyze
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.engine.studies.quoted import Claim, Examination, examine


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedClaim:
    """A claim in our words, its source, how far it stands, and the convention or range in which it is true."""

    id: str
    claim: str
    who: str
    title: str
    year: int
    url: str
    stands: Standing
    verdict: Prose
    true_when: Prose
    scenarios: Mapping[str, Scenario]
    examination: Examination | None  # of a quoted share
    form: PublishedForm  # as it was written


def published_claims(form: PublishedFile, problems: Problems) -> tuple[PublishedClaim, ...]:
    """All claims, evaluated; what does not fit is noted and left out."""
    read = []
    for index, one in enumerate(form.claims):
        place = f"claims.{index}"
        if one.id in {other.id for other in form.claims[:index]}:
            problems.note(f"{place}.id", f"{one.id!r} is taken; choose another")
        claim = _published(one, place, problems)
        if claim is not None:
            read.append(claim)
    return tuple(read)


def names_of(form: PublishedForm) -> Names:
    """The figures that a claim's prose may refer to; ValueError when a scenario or a law does not fit."""
    analyses = {name: analyze(scenario_from_mapping(fields)) for name, fields in form.scenarios.items()}
    laws = laws_from_forms(form.laws, Names(analyses=analyses))
    return Names(analyses=analyses, laws={name: law.fact for name, law in laws.items()})


def _published(form: PublishedForm, place: str, problems: Problems) -> PublishedClaim | None:
    names = problems.reading(place, lambda: names_of(form))
    if names is None:
        return None
    checked_claims(form.claims, f"{place}.claims", names, problems)
    examination = _examined(form, names, place, problems)
    verdict = problems.reading(f"{place}.verdict", lambda: prose(form.verdict, names))
    true_when = problems.reading(f"{place}.true_when", lambda: prose(form.true_when, names))
    if verdict is None or true_when is None:
        return None
    return PublishedClaim(
        id=form.id,
        claim=" ".join(form.claim.split()),
        who=form.source.who,
        title=form.source.title,
        year=form.source.year,
        url=form.source.url,
        stands=form.stands,
        verdict=verdict,
        true_when=true_when,
        scenarios={name: analysis.scenario for name, analysis in names.analyses.items()},
        examination=examination,
        form=form,
    )


def _examined(form: PublishedForm, names: Names, place: str, problems: Problems) -> Examination | None:
    quoted = form.quoted
    if quoted is None:
        return None

    def read() -> Examination:
        claim = Claim(groups=tuple(quoted.groups), low=quoted.low, high=quoted.high)
        return examine(claim, names.analyses[quoted.scenario].scenario)

    found = problems.reading(f"{place}.quoted", read)
    if found is not None:
        stands = Standing.AS_SAID if found.holds else Standing.CONVENTION if found.true_under else None
        fits = form.stands is stands if stands else form.stands in (Standing.NOT, Standing.RANGE)
        if not fits:
            problems.note(f"{place}.stands", f"the engine reads it so: {found.sentence}")
    return found
