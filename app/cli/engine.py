"""chokepoint analyze, facts, and the other questions to the engine."""

import argparse

from app.cli.reading import Commands, command, print_json, written
from app.engine.analysis import Analysis, analyze
from app.engine.facts import Fact, facts
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS
from app.engine.mapping import scenario_from_mapping
from app.engine.queries.ask import QUERIES
from app.engine.report import analysis_to_mapping, fact_to_mapping
from app.web.format import between, flop, percent, quantity, size


def add_commands(commands: Commands) -> None:
    """Add a command for each question that the engine answers."""
    for name, run in (("analyze", show_analysis), ("facts", show_facts)):
        scenario = command(commands, name, run)
        scenario.add_argument("scenario", metavar="FILE|-", help="a scenario as YAML or JSON; - reads standard input")
        scenario.add_argument("--json", action="store_true", help="print JSON in base units")
    for query in QUERIES:
        if query.name not in ("analyze", "facts"):
            asked = commands.add_parser(query.name, help=query.words, description=query.words)
            asked.add_argument(
                "scenario", metavar="FILE|-", help="the question as YAML or JSON; - reads standard input"
            )
            asked.set_defaults(run=show_answer, query=query)


def show_analysis(options: argparse.Namespace) -> None:
    """Print the analysis of a scenario."""
    analysis = analyze(scenario_from_mapping(written(options.scenario)))
    if options.json:
        print_json(analysis_to_mapping(analysis))
        return
    print("\n".join(_analysis_lines(analysis)))


def show_facts(options: argparse.Namespace) -> None:
    """Print every named fact of a scenario, with unit, basis and convention."""
    named = facts(analyze(scenario_from_mapping(written(options.scenario))))
    if options.json:
        print_json({name: fact_to_mapping(fact) for name, fact in named.items()})
        return
    for fact in named.values():
        print(f"{fact.name:48} {_fact_text(fact):>16}  {fact.basis}: {fact.convention}")


def show_answer(options: argparse.Namespace) -> None:
    """Ask the engine one of its other questions; prints JSON."""
    print_json(options.query.answer(written(options.scenario)))


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
