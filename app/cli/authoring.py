"""chokepoint questions new, diff and preview: the author's loop."""

import argparse
import secrets

from app.bank.scaffold import scaffold
from app.bank.schema.form import is_slug
from app.bank.snapshot import moved
from app.cli.reading import BadInput, Commands, command
from app.config import settings_from_environment


def add_commands(questions: Commands) -> None:
    """Add new, diff and preview to the commands of `questions`."""
    new = command(questions, "new", scaffold_question)
    new.add_argument("place", metavar="TOPIC/ID", help="where the folder goes, as in kv-cache/kv-of-a-long-chat")
    diff = command(questions, "diff", show_diff)
    diff.add_argument("old", metavar="OLD", nargs="?", help="a folder of questions, or a revision of git")
    diff.add_argument("new", metavar="NEW", nargs="?", help="the same; without it the bank as it is now")
    diff.add_argument(
        "--facts", metavar="FILE", help="instead of OLD: what `questions facts` printed, on an older engine"
    )


def scaffold_question(options: argparse.Namespace) -> None:
    """Write the folder of a new question: a draft that passes the check, with a comment at each field."""
    topic, slash, question_id = options.place.partition("/")
    if not slash or not is_slug(topic) or not is_slug(question_id):
        raise BadInput(f"TOPIC/ID: {options.place!r} is not two words like kv-cache/kv-of-a-long-chat")
    folder = settings_from_environment().questions
    known = [topic.id for topic in load_topics(folder)]
    if topic not in known:
        raise BadInput(f"TOPIC/ID: {topic!r} is not a topic; there are {', '.join(known)}")
    place = folder / topic / question_id
    if place.exists():
        raise BadInput(f"TOPIC/ID: {place} is there already")
    place.mkdir(parents=True)
    public_id = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(10))
    for name, text in scaffold(question_id, public_id=public_id).items():
        (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    print(f"{place}: a draft that passes the check. Next: chokepoint questions preview {question_id}")


def show_diff(options: argparse.Namespace) -> None:
    """List which verdicts, numbers and flips moved between two folders, two revisions, or from a stored `facts` file."""
    if (options.facts is None) == (options.old is None):
        raise BadInput("OLD: give a folder or a revision, or --facts FILE")
    old = _stored(options.facts) if options.facts is not None else _facts_at(options.old)
    new_place = options.new if options.facts is None else options.old
    new = _facts_now() if new_place is None else _facts_at(new_place)
    lines = list(moved(old, new))
    print("\n".join(lines) if lines else "Nothing moved.")
