"""unfold(analysis, name): the lines behind a fact, of which the last is the fact; unfold_law does it for a law."""

from collections.abc import Callable

from app.engine.analysis import Analysis
from app.engine.derivation import Inputs
from app.engine.facts import UnknownFact, fact, parse_groups, recounted
from app.engine.flips import Basis
from app.engine.groups import Group, Resource
from app.engine.law_facts import LAWS, law_fact, parsed_law
from app.engine.unfold import counted, held, timed, weighed
from app.engine.unfold.lines import Lines, line, number, once


def unfold(analysis: Analysis, name: str) -> Lines:
    """The lines behind the fact of that name; its own is the last. UnknownFact where there is no such fact."""
    found = fact(analysis, name)  # refuses what is no fact, by name
    bare, _, counting = name.partition("@")
    lines = _lines(recounted(analysis, counting, bare) if counting else analysis, bare)
    if not lines or lines[-1].symbol != bare:
        raise UnknownFact(f"{name}: no derivation of {found.unit or 'a word'} is written for this fact")
    return once(lines)


def unfold_law(reference: str) -> Lines:
    """The line of a law applied to numbers, its usual ones filled in."""
    value = float(law_fact(reference).value)
    name, numbers = parsed_law(reference)
    law = LAWS[name]
    inputs: Inputs = tuple(law.filled(numbers).items())
    return (line(name, law.written, inputs, value, law.unit, law.words),)


def _lines(analysis: Analysis, name: str) -> Lines:
    if name in _SCALARS:
        return _SCALARS[name](analysis)
    family, _, rest = name.partition(".")
    return _FAMILIES[family](analysis, name, rest.split("."))


def _estimated(name: str) -> Callable[[Analysis], Lines]:
    """ttft_s and tpot_s are the estimate under their own names."""
    return lambda a: (
        *timed.estimate_lines(a),
        line(name, "time_s.estimate", (), a.time_s.estimate, "s", "one pass"),
    )


def _over_time(
    name: str, formula: str, inputs: Callable[[Analysis], Inputs], unit: str, before: Callable[[Analysis], Lines] | None
) -> Callable[[Analysis], Lines]:
    def lines(analysis: Analysis) -> Lines:
        value = fact(analysis, name).value
        above = before(analysis) if before else ()
        return (
            *above,
            *timed.estimate_lines(analysis),
            line(name, formula, inputs(analysis), float(value), unit),
        )

    return lines


def _work(analysis: Analysis) -> Inputs:
    scenario = analysis.scenario
    tokens: Inputs = (("n_tokens", scenario.forward.n_tokens), ("n_micro_batches", scenario.n_micro_batches))
    return (*tokens, ("dp", scenario.plan.dp))


def _peak(analysis: Analysis) -> Inputs:
    return (("peak_flops", analysis.scenario.hardware.peak(analysis.scenario.formats.math)),)


def _devices(analysis: Analysis) -> Inputs:
    return (("n_devices", analysis.scenario.n_devices),)


def _bandwidth(analysis: Analysis) -> Inputs:
    return (("hbm_bandwidth", analysis.scenario.hardware.hbm_bandwidth),)


_TOKENS = "n_tokens · n_micro_batches · dp / time_s.estimate"


def _intensity(analysis: Analysis) -> Lines:
    lines = (*weighed.executed_lines(analysis, "flops.executed"), *weighed.executed_lines(analysis, "bytes_moved"))
    value = float(fact(analysis, "arithmetic_intensity").value)
    return (*lines, line("arithmetic_intensity", "flops.executed / bytes_moved", (), value, "FLOP/B"))


def _ridge(analysis: Analysis) -> Lines:
    hardware = analysis.scenario.hardware
    words = f"Williams et al. 2009; {hardware.name}: {hardware.source or 'as described'}"
    value = float(fact(analysis, "ridge_point").value)
    inputs = (*_peak(analysis), *_bandwidth(analysis))
    return (line("ridge_point", "peak_flops / hbm_bandwidth", inputs, value, "FLOP/B", words),)


def _bubble(analysis: Analysis) -> Lines:
    plan, m = analysis.scenario.plan, analysis.scenario.n_micro_batches
    inputs: Inputs = (("pp", plan.pp), ("m", m), ("interleave", plan.interleave))
    formula = "(pp − 1) / (interleave · m + pp − 1)"
    if str(plan.schedule) == "zero_bubble":
        overhead = "(pp − 1) / (interleave · m) / 3"
        formula = f"{overhead} / (1 + {overhead})"
    return (line("bubble_share", formula, inputs, analysis.bubble_share, "1", "Narayanan et al. 2021"),)


def _fits(analysis: Analysis) -> Lines:
    lines = held.shortfall_lines(analysis)
    return (*lines, line("memory.fits", "memory.shortfall = 0", (), number(lines[-1]) <= 0, "", "nothing is left over"))


def _max_batch(analysis: Analysis) -> Lines:
    return held.max_batch_lines(analysis, float(fact(analysis, "fits.max_batch").value))


_SCALARS: dict[str, Callable[[Analysis], Lines]] = {
    "flops.total": counted.total_lines,
    "flops.forward": counted.forward_lines,
    "flops.executed": lambda a: weighed.executed_lines(a, "flops.executed"),
    "bytes_moved": lambda a: weighed.executed_lines(a, "bytes_moved"),
    "time_s.lower": weighed.lower_lines,
    "time_s.estimate": timed.estimate_lines,
    "time_s.upper": weighed.upper_lines,
    "time_s.compute": lambda a: weighed.resource_lines(a, Resource.COMPUTE),
    "time_s.memory": lambda a: weighed.resource_lines(a, Resource.MEMORY),
    "time_s.latency": lambda a: weighed.resource_lines(a, Resource.LATENCY),
    "ttft_s": _estimated("ttft_s"),
    "tpot_s": _estimated("tpot_s"),
    "tokens_per_s": _over_time("tokens_per_s", _TOKENS, _work, "token/s", None),
    "tokens_per_s_per_device": _over_time(
        "tokens_per_s_per_device",
        f"{_TOKENS} / n_devices",
        lambda a: (*_work(a), *_devices(a)),
        "token/s",
        None,
    ),
    "mfu": _over_time(
        "mfu",
        "flops.total / (time_s.estimate · peak_flops · n_devices)",
        lambda a: (*_peak(a), *_devices(a)),
        "1",
        counted.total_lines,
    ),
    "hfu": _over_time(
        "hfu",
        "flops.executed / (time_s.estimate · peak_flops)",
        _peak,
        "1",
        lambda a: weighed.executed_lines(a, "flops.executed"),
    ),
    "mbu": _over_time(
        "mbu",
        "bytes_moved / (time_s.estimate · hbm_bandwidth)",
        _bandwidth,
        "1",
        lambda a: weighed.executed_lines(a, "bytes_moved"),
    ),
    "arithmetic_intensity": _intensity,
    "ridge_point": _ridge,
    "parameters.total": lambda a: held.parameter_lines(a.scenario.model),
    "parameters.active": held.active_lines,
    "parameters.multiplying": held.multiplying_lines,
    "weight_bytes": held.weight_lines,
    "kv_bytes_per_token": lambda a: held.cache_lines(a.scenario),
    "kv_bytes_read": lambda a: held.cache_read_lines(a.scenario),
    "experts_touched": weighed.distinct_lines,
    "memory.bytes_per_device": held.all_memory_lines,
    "memory.shortfall": held.shortfall_lines,
    "memory.fits": _fits,
    "fits.max_batch": _max_batch,
    "bubble_share": _bubble,
}


def _share(analysis: Analysis, name: str, rest: list[str]) -> Lines:
    groups = parse_groups(rest[1], name)
    if rest[0] == Basis.FLOPS:
        return counted.share_lines(analysis, groups, name)
    own, whole = timed.group_lines(analysis, groups, "together"), timed.estimate_lines(analysis)
    value = number(own[-1]) / analysis.time_s.estimate
    return (*own, *whole, line(name, "together / time_s.estimate", (), value, "1"))


def _of_share(analysis: Analysis, name: str, rest: list[str]) -> Lines:
    share = f"share.{rest[0]}.{rest[1]}"
    lines = _share(analysis, share, rest[:2])
    value = number(lines[-1])
    if name.startswith("ceiling."):
        return (*lines, counted.ceiling_line(name, share, value))
    return (*lines, counted.speedup_line(name, share, value, float(".".join(rest[2:]))))


def _time(analysis: Analysis, name: str, rest: list[str]) -> Lines:
    if rest[0] in set(Group):
        return timed.group_lines(analysis, (Group(rest[0]),), name)
    lines = timed.component_lines(analysis, rest[0])
    own = next(one for one in lines if one.symbol == f"time.{rest[0]}")
    return (*lines, line(name, own.symbol, (), number(own), "s", "the component"))


def _flip(analysis: Analysis, name: str, rest: list[str]) -> Lines:
    basis = Basis.TIME if rest[0] == "time" else Basis.FLOPS
    variable, pair = rest[-2:]
    a, b = (Group(word) for word in pair.split("_vs_"))
    return weighed.flip_lines(analysis, name, variable, (a, b), basis)


def _given(analysis: Analysis, name: str, rest: list[str]) -> Lines:
    value, unit = float(fact(analysis, name).value), fact(analysis, name).unit
    return (line(name, rest[0], ((rest[0], value),), value, unit, "the scenario says so"),)


_FAMILIES: dict[str, Callable[[Analysis, str, list[str]], Lines]] = {
    "share": _share,
    "ceiling": _of_share,
    "speedup": _of_share,
    "flops": lambda a, name, rest: counted.named_lines(a, rest[0]),
    "time_s": _time,
    "bound": lambda a, name, rest: weighed.bound_lines(a, Group(rest[0]), name),
    "bottleneck": lambda a, name, rest: weighed.bottleneck_lines(a, name),
    "memory": lambda a, name, rest: held.memory_lines(a, rest[0]),
    "lever": lambda a, name, rest: weighed.lever_lines(a, rest[0]),
    "flip": _flip,
    "given": _given,
}
