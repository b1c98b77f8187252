"""The author's preview: both roles of a question side by side. An app of its own, for this machine alone.

It holds keys and knows no attempt, so it is never part of the app that candidates reach.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request, Response

from app import __version__
from app.bank.errors import BadQuestion
from app.bank.graded import misses
from app.bank.key import Key
from app.bank.load import load_question
from app.bank.play import played
from app.bank.question import PublicQuestion, Slider
from app.bank.read import Question
from app.bank.samples import Sample
from app.web.format import quantity
from app.web.frame import Frame, install_frame
from app.web.render import render
from app.web.views.prose import Sentence, figure_text, written
from app.web.views.situation import MeasuredView, Rows, given_rows, measured_view

Folders = Callable[[], Sequence[Path]]
_PLAYED_SEEDS = 12  # concrete forms of each variant that are drawn; equal ones are shown once


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedVariant:
    """One concrete variant: what a candidate would read, and what its key says."""

    heading: str
    prompt: tuple[str, ...]
    given: Rows
    ask: str
    binds: str
    number: str
    says: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedSample:
    """A labelled answer, and where the grader parts from its labels."""

    heading: str
    text: str
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedKey:
    """All that the holder of the key sees."""

    binds: str
    number: str
    trap: Sentence
    numbers: tuple[Sentence, ...]
    flip: Sentence
    moves: tuple[Sentence, ...]
    people_say: tuple[tuple[str, Sentence], ...]
    hints: tuple[tuple[int, Sentence], ...]
    flips: tuple[str, ...]
    badge: str
    claims: tuple[tuple[str, str, str], ...]
    variants: tuple[PreviewedVariant, ...]
    samples: tuple[PreviewedSample, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewView:
    """Both roles, or what stops the question from being read."""

    question_id: str
    problems: tuple[str, ...]
    public: PublicQuestion | None
    facts: Rows
    measured: MeasuredView | None
    sliders: tuple[str, ...]
    key: PreviewedKey | None


def preview_app(*, templates: Path, static: Path, folders: Folders) -> FastAPI:
    """The preview of the questions in these folders; they are read again for every page."""
    app = FastAPI(title="Chokepoint preview", docs_url=None, redoc_url=None, openapi_url=None)
    install_frame(app, Frame(templates=templates, static=static, version=__version__))

    @app.get("/")
    def listed(request: Request) -> Response:
        return render(request, "preview_list.html", view=tuple(place.name for place in folders()))

    @app.get("/{question_id}")
    def one(request: Request, question_id: str) -> Response:
        return render(request, "preview.html", view=preview_view(_folder(folders, question_id)))

    @app.get("/{question_id}/stamp")
    def stamp(question_id: str) -> Response:
        return Response(stamp_of(_folder(folders, question_id)), media_type="text/plain")

    return app


def preview_view(folder: Path) -> PreviewView:
    """What the files of a folder say now."""
    try:
        question = load_question(folder, topic=folder.parent.name)
    except BadQuestion as error:
        return PreviewView(
            question_id=folder.name,
            problems=tuple(error.problems),
            public=None,
            facts=(),
            measured=None,
            sliders=(),
            key=None,
        )
    return PreviewView(
        question_id=folder.name,
        problems=(),
        public=question.public,
        facts=given_rows(question.public.given),
        measured=None if question.public.profile is None else measured_view(question.public.profile),
        sliders=tuple(_slider(slider) for slider in question.public.sliders),
        key=_previewed(question),
    )


def stamp_of(folder: Path) -> str:
    """Another text after every change of a file in the folder."""
    return "-".join(str(place.stat().st_mtime_ns) for place in sorted(folder.glob("*.yaml")))


def _folder(folders: Folders, question_id: str) -> Path:
    found = next((place for place in folders() if place.name == question_id), None)
    if found is None:
        raise HTTPException(404)
    return found


def _previewed(question: Question) -> PreviewedKey:
    key, unit = question.key, question.public.ask.unit
    reader = key.second_reader.claims if key.second_reader else ()
    return PreviewedKey(
        binds=_binds(key.component, key.resource),
        number=quantity(key.predicted_number, unit),
        trap=written(key.trap),
        numbers=tuple(written(prose) for prose in key.numbers),
        flip=written(key.flip),
        moves=tuple(written(prose) for prose in key.moves),
        people_say=tuple((one.claim, written(one.verdict)) for one in key.people_say),
        hints=tuple((hint.price, written(hint.text)) for hint in key.hints),
        flips=tuple(
            f"{flip.variable} {flip.at:g} ({flip.where}): from {flip.before} to {flip.after}" for flip in key.flips
        ),
        badge=_badge(key),
        claims=tuple((one.reference, figure_text(one.fact), one.expected) for one in (*key.claims, *reader)),
        variants=tuple(_variants(question)),
        samples=_samples(question),
        sources=key.sources,
    )


def _badge(key: Key) -> str:
    found = key.robustness
    if found is None:
        return "No model stands behind the verdict, so no assumption was tried."
    return f"{found.stability} in {found.n_trials} trials" + (f": {key.fragile}" if key.fragile else "")


def _variants(question: Question) -> list[PreviewedVariant]:
    """Each variant for a few seeds, equal ones once."""
    shown: dict[str, PreviewedVariant] = {}
    for variant in question.key.variants:
        for seed in range(_PLAYED_SEEDS):
            public, key = played(question.recipe, variant, seed)
            values = ", ".join(f"{name} {value}" for name, value in variant.chosen(seed).items())
            heading = f"{variant.id}: {values} ({'flips' if variant.flips else 'keeps'} the answer)"
            shown[heading] = PreviewedVariant(
                heading=heading,
                prompt=public.prompt,
                given=given_rows(public.given),
                ask=public.ask.text,
                binds=_binds(key.component, key.resource),
                number=quantity(key.predicted_number, public.ask.unit),
                says=written(key.says),
            )
    return list(shown.values())


def _samples(question: Question) -> tuple[PreviewedSample, ...]:
    missed = misses(question)
    return tuple(
        PreviewedSample(
            heading=_labels(sample),
            text=sample.text.strip(),
            misses=tuple(
                f"{miss.what}: labelled {miss.label}, graded {miss.graded}" for miss in missed if miss.index == index
            ),
        )
        for index, sample in enumerate(question.key.samples)
    )


def _labels(sample: Sample) -> str:
    return f"{sample.kind}, labelled {' '.join(str(level) for level in sample.axes.values())}, {sample.overall}"


def _binds(component: str | None, resource: str | None) -> str:
    return " and ".join(word for word in (component, resource) if word)


def _slider(slider: Slider) -> str:
    span = ", ".join(slider.choices) if slider.choices else f"{slider.low:g} to {slider.high:g}"
    return f"{slider.label}: {span}"
