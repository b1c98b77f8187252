"""chokepoint questions new, preview and diff: an author's start, both roles, and what an edit or an engine moved."""

import argparse
import contextlib
import io
import json
import re
import secrets
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import uvicorn

from app.bank.errors import BadQuestion
from app.bank.load import load_question, topics_of
from app.bank.read import FILES
from app.bank.snapshot import Snapshot, moved, snapshot
from app.cli.places import question_folder, question_folders
from app.cli.reading import BadInput, Commands, command, text_of
from app.config import settings_from_environment
from app.web.preview import preview_app

HERE = "127.0.0.1"  # a preview holds keys: it is never served beyond this machine

_SCAFFOLD = Path(__file__).parent / "scaffold"
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # without those that are mistaken for each other


def add_commands(questions: Commands) -> None:
    """Add new, preview and diff to the commands of `questions`."""
    new = command(questions, "new", scaffold_question)
    new.add_argument("place", metavar="TOPIC/ID", help="where the folder goes, as in kv-cache/kv-of-a-long-chat")
    shown = command(questions, "preview", preview)
    shown.add_argument("question", metavar="QUESTION_ID", nargs="?")
    shown.add_argument("--port", type=int, default=8010, help="port to listen on, at 127.0.0.1 only")
    diff = command(questions, "diff", show_diff)
    diff.add_argument("old", metavar="OLD", nargs="?", help="a folder of questions, or a revision of git")
    diff.add_argument("new", metavar="NEW", nargs="?", help="the same; without it the bank as it is now")
    diff.add_argument("--facts", metavar="FILE", help="instead of OLD: what `questions facts` printed earlier")


def scaffold_question(options: argparse.Namespace) -> None:
    """Write the folder of a new question: a draft that passes the check, with a comment at each field."""
    topic, _, question_id = options.place.partition("/")
    if not _SLUG.fullmatch(topic) or not _SLUG.fullmatch(question_id):
        raise BadInput(f"TOPIC/ID: {options.place!r} is not two slugs, as in kv-cache/kv-of-a-long-chat")
    folder = settings_from_environment().questions
    known = [known.id for known in topics_of(folder)]
    if topic not in known:
        raise BadInput(f"TOPIC/ID: {topic!r} is not a topic; there are {', '.join(known)}")
    place = folder / topic / question_id
    if place.exists():
        raise BadInput(f"TOPIC/ID: {place} is there already")
    place.mkdir(parents=True)
    public_id = "".join(secrets.choice(_LETTERS) for _ in range(10))
    for name in FILES:
        text = (_SCAFFOLD / f"{name}.yaml").read_text(encoding="utf-8")
        text = text.replace("QUESTION_ID", question_id).replace("PUBLIC_ID", public_id)
        (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    print(f"{place} is a draft that passes the check. Next: chokepoint questions preview {question_id}")


def show_diff(options: argparse.Namespace) -> None:
    """List which verdicts, numbers and flips moved between two folders or revisions, or since a `facts` file."""
    places = [place for place in (options.old, options.new) if place is not None]
    if options.facts is None and not places:
        raise BadInput("OLD: missing; give a folder of questions, a revision of git, or --facts FILE")
    if options.facts is not None and len(places) > 1:
        raise BadInput("NEW: with --facts FILE give at most one folder or revision")
    old = _facts_at(places.pop(0)) if options.facts is None else _stored(options.facts)
    new = _facts_at(places.pop(0)) if places else _facts_in(settings_from_environment().questions)
    lines = list(moved(old, new))
    print("\n".join(lines) if lines else "Nothing moved.")


def preview(options: argparse.Namespace) -> None:
    """Serve both roles of the questions side by side to this machine; a page reloads when its files change."""
    settings = settings_from_environment(host=HERE, port=options.port)
    if options.question is not None:
        question_folder(options.question)
    app = preview_app(templates=settings.templates, static=settings.static, folders=question_folders)
    config = uvicorn.Config(app, host=HERE, port=options.port, log_level="warning", ws="none", server_header=False)
    print(f"Both roles are at http://{HERE}:{options.port}/{options.question or ''} (Ctrl-C ends it)", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run()


def _stored(place: str) -> Mapping[str, Snapshot]:
    text = text_of(place)
    try:
        stored: Any = json.loads(text)
        return {name: {kind: dict(facts[kind]) for kind in _KINDS} for name, facts in stored.items()}
    except (ValueError, AttributeError, KeyError, TypeError):
        raise BadInput(f"--facts: {place} is not what `chokepoint questions facts` prints") from None


_KINDS = ("verdict", "numbers", "flips", "variants")


def _facts_at(place: str) -> Mapping[str, Snapshot]:
    if Path(place).is_dir():
        return _facts_in(Path(place))
    with _checked_out(place) as folder:
        return _facts_in(folder)


def _facts_in(folder: Path) -> Mapping[str, Snapshot]:
    """The figures of every question in a folder; one that this version cannot read is told, and left out."""
    found = {}
    for place in sorted(folder.glob("*/*/question.yaml")):
        try:
            question = load_question(place.parent, topic=place.parent.parent.name, accept_refuted=True)
        except BadQuestion as error:
            print(f"{place.parent.name}: not compared: {error.problems[0]}", file=sys.stderr)
            continue
        found[question.public.id] = snapshot(question)
    return found


@contextlib.contextmanager
def _checked_out(revision: str) -> Iterator[Path]:
    """The bank as it was at a revision, for a while."""
    command_line = ["git", "archive", "--format=tar", "--end-of-options", revision, "."]
    folder = settings_from_environment().questions
    done = subprocess.run(command_line, cwd=folder, capture_output=True, check=False)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise BadInput(f"{revision}: neither a folder nor a revision: {words[-1] if words else 'git refused'}")
    with tempfile.TemporaryDirectory() as home, tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(home, filter="data")
        yield Path(home)
