"""Questions from disk: the one place where the core reads files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.bank.bank import Bank, QuickRound, Topic
from app.bank.errors import BadQuestion, Problems
from app.bank.read import FILES, Question, paragraphs, question_from_files, validated
from app.bank.schema import QuickForm, TopicForm
from app.bank.sliders import slider_from_form
from app.bank.strict_yaml import BadYaml, read_yaml
from app.engine.mapping import scenario_from_mapping


def load_bank(folder: Path) -> Bank:
    """Read, validate and evaluate every question below `folder`; BadQuestion lists all that is wrong, at once."""
    if not folder.is_dir():
        raise BadQuestion([f"{folder}: not a folder of questions"])
    problems: list[str] = []
    topics = _collected(problems, lambda: _topics(folder)) or ()
    questions = [
        question
        for topic in topics
        for place in _folders(folder / topic.id)
        if (question := _collected(problems, lambda place=place, topic=topic: load_question(place, topic=topic.id)))
    ]
    quick = _collected(problems, lambda: _quick(folder))
    problems += _clashes(questions)
    if problems or quick is None:
        raise BadQuestion(problems or [f"{folder}: no questions"])
    return Bank(topics=topics, questions=tuple(questions), quick=quick)


def load_question(folder: Path, *, topic: str) -> Question:
    """The question of one folder; its name is the question's id."""
    path = f"{topic}/{folder.name}"
    unreadable: list[str] = []
    files = {name: _collected(unreadable, lambda name=name: _yaml(folder / f"{name}.yaml")) for name in FILES}
    if unreadable:
        raise BadQuestion(unreadable)
    question = question_from_files(files, topic=topic, path=path)
    if question.public.id != folder.name:
        raise BadQuestion([f"{path}/question.yaml: id: {question.public.id!r} is not the folder's name; rename one"])
    return question


def _topics(folder: Path) -> tuple[Topic, ...]:
    rows = _yaml(folder / "topics.yaml")
    problems = Problems("topics.yaml")
    if not isinstance(rows, list):
        problems.note("file", "expected a list of {id, title}")
        rows = []
    forms = [validated(TopicForm, row, problems) for row in rows]
    for form in forms:
        if form is not None and not (folder / form.id).is_dir():
            problems.note(form.id, "no folder of that name beside topics.yaml; add it, or remove the row")
    named = {form.id for form in forms if form is not None}
    for place in _folders(folder):
        if place.name not in named:
            problems.note(place.name, "a folder that topics.yaml does not list; add a row for it")
    problems.raise_if_any()
    return tuple(Topic(id=form.id, title=form.title) for form in forms if form is not None)


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


def _clashes(questions: list[Question]) -> Iterator[str]:
    for field in ("id", "public_id"):
        seen: dict[str, str] = {}
        for question in questions:
            value = getattr(question.public, field)
            if value in seen:
                yield f"{question.public.topic}/{question.public.id}: {field}: {value!r} is taken by {seen[value]}"
            seen[value] = question.public.id


def _folders(folder: Path) -> list[Path]:
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
