"""chokepoint profile: from a trace of one's own job to its bottleneck."""

import argparse
import sys
from pathlib import Path

from app.cli.reading import BadInput, Commands, command, print_json, written
from app.engine.catalog import accelerator, transformer
from app.engine.mapping import scenario_from_mapping
from app.profile.analysis import Reading, read
from app.profile.findings import findings
from app.profile.groups import KernelGroup, kernel_group
from app.profile.profile import Profile
from app.profile_files.errors import UnreadableProfile
from app.profile_files.reading import read_profile
from app.web.views.profile_text import profile_lines, profile_markdown


def add_commands(commands: Commands) -> None:
    """Add profile."""
    profile = command(commands, "profile", show_profile)
    profile.add_argument(
        "file",
        metavar="FILE|-",
        help="a torch.profiler trace (.json, .json.gz), nsys cuda_gpu_kern_sum as CSV, or kernel,calls,time_us as CSV",
    )
    profile.add_argument(
        "--scenario", metavar="S", help="what the job is, as YAML or JSON: the engine's view beside it"
    )
    profile.add_argument("--hardware", metavar="SLUG", help="the chip, where the trace does not name it")
    profile.add_argument("--model", metavar="SLUG", help="the model, so that its widths tell which matmul is which")
    profile.add_argument(
        "--assign",
        metavar="NAME=GROUP",
        action="append",
        default=[],
        help="put every kernel whose name holds NAME into GROUP; may be given several times",
    )
    form = profile.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print JSON in base units")
    form.add_argument("--markdown", action="store_true", help="print Markdown")


def show_profile(options: argparse.Namespace) -> None:
    """Say where the time of a profiled job went, what Amdahl allows, and what the engine would have predicted."""
    reading = _reading(options)
    if options.json:
        print_json(findings(reading))
    elif options.markdown:
        print(profile_markdown(reading))
    else:
        print("\n".join(profile_lines(reading)))


def _reading(options: argparse.Namespace) -> Reading:
    scenario = None if options.scenario is None else scenario_from_mapping(written(options.scenario))
    hardware = None if options.hardware is None else accelerator(options.hardware)
    profile = _profile(options.file)
    if scenario is not None:
        profile = profile.with_widths(scenario.model, tp=int(scenario.plan.tp))
    if options.model is not None:
        profile = profile.with_widths(transformer(options.model))
    return read(profile.reassigned(_assigned(profile, options.assign)), scenario=scenario, hardware=hardware)


def _profile(place: str) -> Profile:
    try:
        if place == "-":
            return read_profile(sys.stdin.buffer, name="standard input")
        with Path(place).open("rb") as file:
            return read_profile(file, name=Path(place).name)
    except OSError as error:
        raise BadInput(f"{place}: {error.strerror}") from None
    except UnreadableProfile as error:
        raise BadInput(f"{place}: {error}") from None


def _assigned(profile: Profile, wishes: list[str]) -> dict[int, KernelGroup]:
    found: dict[int, KernelGroup] = {}
    for wish in wishes:
        name, _, word = wish.rpartition("=")
        if not name:
            raise BadInput(f"--assign: {wish!r} is not NAME=GROUP")
        group = kernel_group(word)
        rows = [at for at, row in enumerate(profile.rows) if name in row.name]
        if not rows:
            raise BadInput(f"--assign: no kernel's name holds {name!r}")
        found.update(dict.fromkeys(rows, group))
    return found
