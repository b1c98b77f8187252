"""chokepoint: the command line. It runs where the bank lies, so it shows everything, keys included.

A module a family of commands; each adds its own. Bad input ends with exit code 2 and one line that names the field and
the value.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from app import __version__
from app.bank.errors import BadQuestion
from app.cli import engine, evaluation, grading, profile, questions, regrading, serving
from app.cli.reading import BadInput
from app.config import BadSettings
from app.db.errors import DatabaseError
from app.engine import ENGINE_VERSION

_FAMILIES = (serving, engine, profile, grading, evaluation, regrading, questions)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], None] = options.run
    try:
        run(options)
    except (BadInput, BadSettings, BadQuestion, DatabaseError, ValueError) as error:
        print(f"chokepoint: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # the reader has gone; Python would complain about it at exit
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chokepoint", description="Interview practice whose answer keys are computed."
    )
    parser.add_argument("--version", action="version", version=f"chokepoint {__version__}, engine {ENGINE_VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for family in _FAMILIES:
        family.add_commands(commands)
    return parser
