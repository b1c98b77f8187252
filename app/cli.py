"""chokepoint: the command line. It runs where the bank lies, so it shows everything, keys included.

Bad input ends with exit code 2 and one line that names the field and the value.
"""

import argparse
import contextlib
import json
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import BaseModel

from app import __version__
from app.bank.errors import BadQuestion
from app.bank.load import load_bank
from app.bank.read import Question
from app.bank.schema import KeyForm, QuestionForm
from app.bank.strict_yaml import BadYaml, read_yaml
from app.config import BadSettings, Settings, settings_from_environment
from app.db.errors import DatabaseError
from app.engine import ENGINE_VERSION
from app.engine.analysis import Analysis, analyze
from app.engine.facts import Fact, facts
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS
from app.engine.mapping import scenario_from_mapping
from app.engine.queries.ask import QUERIES
from app.engine.report import analysis_to_mapping, fact_to_mapping
from app.grading.grade import grade
from app.grading.score import AXIS_LABELS, Score, score_to_mapping
from app.main import create_app
from app.web.format import between, flop, percent, quantity, size


class BadInput(ValueError):
    """What a person gave on the command line does not fit; the message is one line."""


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


def serve(options: argparse.Namespace) -> None:
    """Start the app: load the bank, bring the database up to date, print the URL."""
    changes = {name: value for name in ("host", "port") if (value := getattr(options, name)) is not None}
    settings = settings_from_environment(**changes)
    with _listening(settings) as listener:
        config = uvicorn.Config(
            create_app(settings), log_level="warning", timeout_graceful_shutdown=4, ws="none", server_header=False
        )
        server = _AnnouncingServer(config, url=_url(settings, listener))
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn has stopped gracefully and raises the signal again
            server.run(sockets=[listener])


def show_analysis(options: argparse.Namespace) -> None:
    """Print the analysis of a scenario."""
    analysis = analyze(scenario_from_mapping(_written(options.scenario)))
    if options.json:
        _print_json(analysis_to_mapping(analysis))
        return
    print("\n".join(_analysis_lines(analysis)))


def show_facts(options: argparse.Namespace) -> None:
    """Print every named fact of a scenario, with unit, basis and convention."""
    named = facts(analyze(scenario_from_mapping(_written(options.scenario))))
    if options.json:
        _print_json({name: fact_to_mapping(fact) for name, fact in named.items()})
        return
    for fact in named.values():
        print(f"{fact.name:48} {_fact_text(fact):>16}  {fact.basis}: {fact.convention}")


def show_answer(options: argparse.Namespace) -> None:
    """Ask the engine one of its other questions; prints JSON."""
    _print_json(options.query.answer(_written(options.scenario)))


def show_grade(options: argparse.Namespace) -> None:
    """Grade an answer to a question."""
    question = _question(options.question)
    answer = _text(options.answer)
    score = grade(answer, rubric=question.key.rubric, analyses=question.key.analyses, engine_version=ENGINE_VERSION)
    if options.json:
        _print_json(score_to_mapping(score))
        return
    print("\n".join(_score_lines(score, answer)))


def check_questions(options: argparse.Namespace) -> None:
    """Check the bank, or one question: files, figures, claims and words; every problem with file, field and remedy."""
    bank = load_bank(settings_from_environment().questions)
    chosen = bank.questions if options.question is None else (_question(options.question),)
    for question in chosen:
        claims = len(question.key.claims)
        state = "active" if question.active else "draft"
        print(f"{question.public.id:32} {state:8} {claims} claims hold, {len(question.key.rubric.rungs)} criteria")


def show_schema(options: argparse.Namespace) -> None:
    """Print the JSON Schema of a question's files, for editors."""
    forms: dict[str, type[BaseModel]] = {"question": QuestionForm, "key": KeyForm}
    _print_json(forms[options.file].model_json_schema())


# Private


class _AnnouncingServer(uvicorn.Server):
    """Prints the URL when it can be opened, not before."""

    def __init__(self, config: uvicorn.Config, *, url: str) -> None:
        super().__init__(config)
        self.url = url

    async def startup(self, sockets: Any = None) -> None:  # noqa: ANN401 - as uvicorn declares it
        await super().startup(sockets)
        if self.started:
            print(f"Chokepoint {__version__} is at {self.url}", flush=True)


def _listening(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        place = f"CHOKEPOINT_HOST {settings.host}, CHOKEPOINT_PORT {settings.port}"
        raise BadInput(f"{place}: cannot listen there: {error.strerror or error}") from None
    return listener


def _url(settings: Settings, listener: socket.socket) -> str:
    host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}{settings.root_path}/"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="chokepoint", description="Interview practice whose answer keys are computed."
    )
    parser.add_argument("--version", action="version", version=f"chokepoint {__version__}, engine {ENGINE_VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], None]) -> argparse.ArgumentParser:
        words = (run.__doc__ or "").strip()
        added = commands.add_parser(name, help=words, description=words)
        added.set_defaults(run=run)
        return added

    server = command("serve", serve)
    server.add_argument("--host", help="address to listen on (CHOKEPOINT_HOST)")
    server.add_argument("--port", type=int, help="port to listen on (CHOKEPOINT_PORT)")
    for name, run in (("analyze", show_analysis), ("facts", show_facts)):
        scenario = command(name, run)
        scenario.add_argument("scenario", metavar="FILE|-", help="a scenario as YAML or JSON; - reads standard input")
        scenario.add_argument("--json", action="store_true", help="print JSON in base units")
    for query in QUERIES:
        if query.name not in ("analyze", "facts"):
            asked = commands.add_parser(query.name, help=query.words, description=query.words)
            asked.add_argument(
                "scenario", metavar="FILE|-", help="the question as YAML or JSON; - reads standard input"
            )
            asked.set_defaults(run=show_answer, query=query)
    graded = command("grade", show_grade)
    graded.add_argument("question", metavar="QUESTION_ID")
    graded.add_argument("answer", metavar="FILE|-", nargs="?", default="-", help="the answer as text")
    graded.add_argument("--json", action="store_true", help="print JSON")
    questions = command("questions", check_questions).add_subparsers(required=True, metavar="check")
    check = questions.add_parser("check", help="check the whole bank, or one question")
    check.add_argument("question", metavar="QUESTION_ID", nargs="?")
    check.set_defaults(run=check_questions)
    schema = command("schema", show_schema)
    schema.add_argument("file", nargs="?", default="question", choices=("question", "key"))
    return parser


def _text(place: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    except OSError as error:
        raise BadInput(f"{place}: {error.strerror}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{place}: not text in UTF-8") from None


def _written(place: str) -> dict[str, Any]:
    try:
        written = read_yaml(_text(place))
    except BadYaml as error:
        raise BadInput(f"{place}: {error}") from None
    if not isinstance(written, dict):
        raise BadInput(f"{place}: expected a mapping of fields, found {type(written).__name__}")
    return written


def _question(question_id: str) -> Question:
    bank = load_bank(settings_from_environment().questions)
    question = bank.question(question_id)
    if question is None:
        known = ", ".join(question.public.id for question in bank.questions)
        raise BadInput(f"QUESTION_ID: {question_id!r} is not in the bank; there are {known}")
    return question


def _print_json(value: object) -> None:
    print(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def _fact_text(fact: Fact) -> str:
    if isinstance(fact.value, (str, bool)):
        return str(fact.value)
    if fact.name.startswith("share."):
        return percent(fact.value)
    return quantity(fact.value, fact.unit)


def _analysis_lines(analysis: Analysis) -> list[str]:
    bottleneck, span, memory = analysis.bottleneck, analysis.time_s, analysis.memory
    lines = [f"{'component':24}{'FLOPs':>14}{'of FLOPs':>12}{'of time':>12}  waits for"]
    lines += [
        f"{part.name:24}{flop(part.flops):>14}{percent(part.flops_share):>12}{percent(part.time_share):>12}"
        f"  {RESOURCE_LABELS[part.bound]}"
        for part in analysis.components
    ]
    fits = "fits" if memory.shortfall <= 0 else f"{size(memory.shortfall)} do not fit"
    return [
        *lines,
        f"total: {flop(analysis.flops_total)} ({analysis.scenario.conventions.label})",
        f"time: {quantity(span.estimate, 's')}, between {between(span.lower, span.upper, 's')}",
        f"binds: {GROUP_LABELS[bottleneck.component]}, by {RESOURCE_LABELS[bottleneck.resource]}"
        f" (by FLOPs: {GROUP_LABELS[bottleneck.component_by_flops]})",
        f"memory: {size(memory.bytes_per_device)} a device of {size(memory.capacity)}; {fits}",
    ]


def _score_lines(score: Score, answer: str) -> list[str]:
    lines = [f"{score.overall} of 100"]
    lines += [f"  {AXIS_LABELS[axis]:12}{level} of 4" for axis, level in score.axes.items()]
    for item in score.claims:
        span = item.claim.span
        engine = "" if item.expected is None else f"  engine: {item.expected} ({item.fact})"
        lines.append(f"  {item.verdict:14}{answer[span.start : span.end]!r}{engine}")
    return lines + [f"  {note}" for note in score.notes]


if __name__ == "__main__":
    raise SystemExit(main())
