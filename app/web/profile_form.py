"""The forms of the profile page: what the job is said to be, kernels in other groups, the summary that goes along."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.bank.strict_yaml import BadYaml, read_yaml
from app.engine.catalog import accelerator
from app.engine.hardware import Hardware
from app.engine.mapping import scenario_from_mapping
from app.engine.scenario import Scenario
from app.profile.chips import chip_named
from app.profile.groups import KernelGroup, kernel_group
from app.profile.profile import Profile
from app.profile.report import profile_from_mapping
from app.web.forms import number_from

NUMBERS = ("length", "batch", "n_devices")
FIELDS = ("model", "hardware", "phase", *NUMBERS, "more")
_NAMES = {
    "training": {"length": "seq_len", "batch": "micro_batch"},
    "prefill": {"length": "prompt_len", "batch": "batch"},
    "decode": {"length": "context_len", "batch": "batch"},
}
_ROW = "group-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What the job is said to be: a scenario, a chip alone, or nothing; what was typed, and what is wrong with it."""

    scenario: Scenario | None
    hardware: Hardware | None
    values: Mapping[str, str]
    problem: str = ""


def read_job(typed: Mapping[str, str], *, device: str = "") -> Job:
    """The job in a form; what does not fit is said in one line and the rest is shown without a scenario.

    Where no chip was chosen, it is the one that the file's device names.
    """
    values = {name: typed.get(name, "").strip()[:4000] for name in FIELDS}
    try:
        hardware = accelerator(values["hardware"]) if values["hardware"] else None
        written = _written(values, chip_named(device))
        scenario = scenario_from_mapping(written) if written else None
    except (ValueError, BadYaml) as error:
        return Job(scenario=None, hardware=None, values=values, problem=f"{error}.")
    return Job(scenario=scenario, hardware=hardware, values=values)


def values_of(scenario: Mapping[str, Any] | None) -> dict[str, str]:
    """A stored scenario as the form's fields hold it: whole, as YAML."""
    values = dict.fromkeys(FIELDS, "")
    return values if scenario is None else {**values, "more": json.dumps(scenario, ensure_ascii=False)}


def read_summary(text: str) -> Profile:
    """The profile that a form carries; ValueError, one line, where it was changed into something else."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("summary: not the JSON that this page sent") from None
    if not isinstance(given, dict):
        raise ValueError("summary: not the JSON that this page sent")
    return profile_from_mapping(given)


def read_groups(typed: Mapping[str, str], profile: Profile) -> dict[int, KernelGroup]:
    """The group chosen for each row, where it is another than the row has."""
    found = {}
    for name, word in typed.items():
        number = name.removeprefix(_ROW)
        if name.startswith(_ROW) and number.isdecimal() and len(number) < 6 and int(number) < len(profile.rows):
            found[int(number)] = kernel_group(word)
    return {row: group for row, group in found.items() if profile.rows[row].group is not group}


def _written(values: Mapping[str, str], named: Hardware | None) -> dict[str, Any]:
    """The scenario as a mapping: the fields, then what is typed as YAML; nothing where neither names a model."""
    more = read_yaml(values["more"]) if values["more"] else {}
    if not isinstance(more, dict):
        raise ValueError("more: expected fields such as plan: {tp: 8}")
    if not values["model"] and "model" not in more:
        return {}
    phase = values["phase"] or str(more.get("phase", "training"))
    names = _NAMES.get(phase, {})
    written: dict[str, Any] = {name: values[name] for name in ("model", "hardware") if values[name]}
    for name in NUMBERS:
        if values[name]:
            written[names.get(name, name)] = number_from(values[name])
    own = {"hardware": named.slug} if named is not None else {}
    return {"phase": phase, **own, **written, **more}
