"""What every command does alike: how it is added, how it reads files and prints JSON."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.bank.strict_yaml import BadYaml, read_yaml

Commands = Any  # argparse's own type of a set of subcommands is private


class BadInput(ValueError):
    """What a person gave on the command line does not fit; the message is one line."""


def command(commands: Commands, name: str, run: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
    """One more command, described by the docstring of what it runs."""
    words = (run.__doc__ or "").strip()
    added: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    added.set_defaults(run=run)
    return added


def text_of(place: str) -> str:
    """The text of a file, or of standard input for "-"."""
    try:
        raw = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    except OSError as error:
        raise BadInput(f"{place}: {error.strerror}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{place}: not text in UTF-8") from None


def written(place: str) -> dict[str, Any]:
    """The mapping that a YAML or JSON file holds."""
    try:
        found = read_yaml(text_of(place))
    except BadYaml as error:
        raise BadInput(f"{place}: {error}") from None
    if not isinstance(found, dict):
        raise BadInput(f"{place}: expected a mapping of fields, found {type(found).__name__}")
    return found


def print_json(value: object) -> None:
    """Print a value as indented JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))
