"""Questions from disk: the one place where the core reads files."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from app.bank.bank import Bank, PathStep, QuickRound, Shelf, Topic
from app.bank.errors import BadQuestion, Problems
from app.bank.order import path_problems
from app.bank.published import PublishedClaim, published_claims
from app.bank.read import FILES, Question, question_from_files, validated
from app.bank.schema.bank import FolderForm, QuickForm, StepForm, TopicForm
from app.bank.schema.published import PublishedFile
from app.bank.sliders import slider_from_form
from app.bank.strict_yaml import BadYaml, read_yaml
from app.bank.text import paragraphs
from app.engine.mapping import scenario_from_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateFolder:
    """Questions beside the shipped ones, for rooms only where its operator or its own bank.yaml says so."""

    folder: Path
    rooms_only: bool = False


def load_bank(folder: Path, *, private: Sequence[PrivateFolder] = (), accept_refuted: bool = False) -> Bank:
    """Read, validate and evaluate every question, private ones too; BadQuestion lists all that is wrong.

    With `accept_refuted` the figures of a question may contradict its author: for comparisons of two engines.
    """
    if not folder.is_dir():
        raise BadQuestion([f"{folder}: not a folder of questions"])
    problems: list[str] = []
    topics = list(_collected(problems, lambda: topics_of(folder)) or ())
    open_to_all = list(_questions(folder, topics, problems, accept_refuted=accept_refuted))
    rooms_only: list[Question] = []
    for place in private:
        found = _collected(problems, lambda place=place: _private(place, topics))
        if found is not None:
            questions, hidden = found
            (rooms_only if hidden else open_to_all).extend(questions)
    everything = (*open_to_all, *rooms_only)
    path = _collected(problems, lambda: _path(folder, everything)) or ()
    quick = _collected(problems, lambda: _quick(folder))
    claims = _collected(problems, lambda: _published(folder)) or ()
    problems += _clashes(everything)
    problems += _disorder(path, everything)
    if problems or quick is None:
        raise BadQuestion(problems or [f"{folder}: no questions"])
    return Bank(
        practice=Shelf(questions=tuple(open_to_all)),
        rooms=Shelf(questions=everything),
        topics=_in_use(topics, open_to_all),
        path=path,
        claims=claims,
        quick=quick,
    )


def load_question(folder: Path, *, topic: str, accept_refuted: bool = False) -> Question:
    """The question of one folder; its name is the question's id."""
    path = f"{topic}/{folder.name}"
    unreadable: list[str] = []
    files = {name: _collected(unreadable, lambda name=name: _yaml(folder / f"{name}.yaml")) for name in FILES}
    if unreadable:
        raise BadQuestion(unreadable)
    question = question_from_files(files, topic=topic, path=path, accept_refuted=accept_refuted)
    if question.public.id != folder.name:
        raise BadQuestion([f"{path}/question.yaml: id: {question.public.id!r} is not the folder's name; rename one"])
    return question


def topics_of(folder: Path, *, known: Iterable[str] = ()) -> tuple[Topic, ...]:
    """The topics that a bank may have; a folder that is missing or empty is a topic still to come.

    A private folder has `known` topics, and needs no list where it adds none.
    """
    path = folder / "topics.yaml"
    rows = [] if known and not path.exists() else _yaml(path)
    problems = Problems("topics.yaml")
    if not isinstance(rows, list):
        problems.note("file", "expected a list of {id, title}")
        rows = []
    forms = [validated(TopicForm, row, problems) for row in rows]
    named = {*known, *(form.id for form in forms if form is not None)}
    for place in _folders(folder):
        if place.name not in named:
            problems.note(place.name, "a folder that topics.yaml does not list; add a row for it")
    problems.raise_if_any()
    return tuple(Topic(id=form.id, title=form.title) for form in forms if form is not None)


def _questions(
    folder: Path, topics: Iterable[Topic], problems: list[str], *, accept_refuted: bool = False
) -> Iterator[Question]:
    read = partial(load_question, accept_refuted=accept_refuted)
    for topic in topics:
        for place in _folders(folder / topic.id):
            question = _collected(problems, partial(read, place, topic=topic.id))
            if question is not None:
                yield question


def _private(place: PrivateFolder, topics: list[Topic]) -> tuple[list[Question], bool]:
    """The questions of a private folder and whether they are for rooms only; topics that it adds are appended."""
    problems = Problems(f"{place.folder.name}/bank.yaml")
    if not place.folder.is_dir():
        raise BadQuestion([f"{place.folder}: not a folder of questions"])
    form = validated(FolderForm, _yaml(place.folder / "bank.yaml"), problems)
    problems.raise_if_any()
    assert form is not None
    known = {topic.id for topic in topics}
    own = topics_of(place.folder, known=known)
    topics += [topic for topic in own if topic.id not in known]
    told: list[str] = []
    questions = list(_questions(place.folder, topics, told))
    for question in questions:
        where = f"{place.folder.name}/{question.public.topic}/{question.public.id}"
        if not question.public.id.startswith(f"{form.prefix}-"):
            told.append(f"{where}: id: does not start with {form.prefix}-, the prefix in bank.yaml")
        if not question.public.public_id.startswith(form.prefix):
            told.append(f"{where}: public_id: does not start with {form.prefix}, the prefix in bank.yaml")
    if told:
        raise BadQuestion(told)
    return questions, place.rooms_only or form.use == "rooms-only"


def _in_use(topics: Iterable[Topic], questions: Sequence[Question]) -> tuple[Topic, ...]:
    """The topics that have a question on the practice shelf: what a candidate may know of."""
    used = {question.public.topic for question in questions}
    return tuple(topic for topic in topics if topic.id in used)


def _path(folder: Path, questions: Sequence[Question]) -> tuple[PathStep, ...]:
    if not (folder / "path.yaml").exists():
        return ()
    rows = _yaml(folder / "path.yaml")
    problems = Problems("path.yaml")
    if not isinstance(rows, list):
        problems.note("file", "expected a list of {id, why}")
        rows = []
    ids = {question.public.id for question in questions}
    steps: list[PathStep] = []
    for row in rows:
        form = validated(StepForm, row, problems)
        if form is None:
            continue
        if form.id not in ids:
            problems.note(form.id, "no question of that id; the path leads to questions that exist")
        if form.id in (step.question_id for step in steps):
            problems.note(form.id, "stands twice on the path; remove one")
        steps.append(PathStep(question_id=form.id, why=form.why))
    problems.raise_if_any()
    return tuple(steps)


def _published(folder: Path) -> tuple[PublishedClaim, ...]:
    if not (folder / "claims.yaml").exists():
        return ()
    problems = Problems("claims.yaml")
    form = validated(PublishedFile, _yaml(folder / "claims.yaml"), problems)
    claims = () if form is None else published_claims(form, problems)
    problems.raise_if_any()
    return claims


def _quick(folder: Path) -> QuickRound:
    problems = Problems("quick.yaml")
    form = validated(QuickForm, _yaml(folder / "quick.yaml"), problems)
    problems.raise_if_any()
    assert form is not None
    scenario = problems.reading("scenario", lambda: scenario_from_mapping(form.scenario))
    problems.raise_if_any()
    assert scenario is not None
    slider = problems.reading("slider", lambda: slider_from_form(form.slider, scenario))
    problems.raise_if_any()
    assert slider is not None
    return QuickRound(title=form.title, prompt=paragraphs(form.prompt), scenario=scenario, slider=slider)


def _clashes(questions: Sequence[Question]) -> Iterator[str]:
    for field in ("id", "public_id"):
        seen: dict[str, str] = {}
        for question in questions:
            value = getattr(question.public, field)
            if value in seen:
                yield f"{question.public.topic}/{question.public.id}: {field}: {value!r} is taken by {seen[value]}"
            seen[value] = question.public.id


def _disorder(path: Sequence[PathStep], questions: Sequence[Question]) -> Iterator[str]:
    requires = {question.public.id: question.public.requires for question in questions}
    topics = {question.public.id: question.public.topic for question in questions}
    for question, what in path_problems([step.question_id for step in path], requires):
        yield f"{topics[question]}/{question}/question.yaml: {what}"


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(place for place in folder.iterdir() if place.is_dir() and not place.name.startswith("."))


def _yaml(path: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    where = f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
    try:
        return read_yaml(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadQuestion([f"{where}: no such file; add it"]) from None
    except OSError as error:
        raise BadQuestion([f"{where}: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise BadQuestion([f"{where}: not text in UTF-8"]) from None
    except BadYaml as error:
        raise BadQuestion([f"{where}: {error}"]) from None


def _collected(problems: list[str], read: Any) -> Any:  # noqa: ANN401 - a thunk and its result
    try:
        return read()
    except BadQuestion as error:
        problems += error.problems
        return None
