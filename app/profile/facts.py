"""Facts of a profile: names that keys, claims and tables use, in the engine's form, all with the basis "measured"."""

from collections.abc import Callable

from app.engine.amdahl import ceiling, speedup
from app.engine.catalog import near_misses
from app.engine.facts import Fact, UnknownFact
from app.engine.groups import Group
from app.engine.scalars import Value
from app.profile.accounting import Accounts
from app.profile.advice import graph_gap_share, launch_share, unfused_share
from app.profile.groups import KernelGroup, kernel_group
from app.profile.rates import Rates

PREFIX = "profile."
BASIS = "measured"

_WALL, _BUSY = "share of the wall time", "share of the busy time"
_DEVICE = "recorded shapes, recomputation included"


def profile_facts(accounts: Accounts, rates: Rates | None = None) -> dict[str, Fact]:
    """Every fact of the profile, by name."""
    return {name: profile_fact(accounts, name, rates) for name in fact_names(accounts, rates)}


def profile_fact(accounts: Accounts, name: str, rates: Rates | None = None) -> Fact:
    """The fact of that name, `profile.` before it; UnknownFact, with near misses, where the profile has none."""
    word = name.removeprefix(PREFIX)
    if word in _SCALARS:
        value, unit, convention = _SCALARS[word]
        found = value(accounts)
        if found is None:
            raise UnknownFact(f"{name}: a profile without a timeline has no such fact")
        return _fact(name, found, unit, convention)
    if word in ("mfu", "mbu"):
        share = None if rates is None else getattr(rates, word)
        if share is None:
            raise UnknownFact(f"{name}: needs recorded shapes and a chip")
        return _fact(name, share, "1", _DEVICE)
    parts = word.split(".")
    if name.startswith(PREFIX) and tuple(parts[:2]) in _FAMILIES and len(parts) >= 3:
        return _of_groups(accounts, name, parts)
    raise UnknownFact(f"{name}: no such fact{near_misses(name, fact_names(accounts, rates))}")


def fact_names(accounts: Accounts, rates: Rates | None = None) -> tuple[str, ...]:
    """The names that `profile_facts` lists."""
    timeline = accounts.profile.wall_s is not None
    words = [word for word, (value, _, _) in _SCALARS.items() if value(accounts) is not None]
    words += [word for word in ("mfu", "mbu") if rates is not None and getattr(rates, word) is not None]
    for family in _FAMILIES:
        if family != ("speedup", "time") and (timeline or family != ("share", "wall")):
            words += [f"{'.'.join(family)}.{one.group}" for one in accounts.groups]
    return tuple(PREFIX + word for word in words)


def _of_groups(accounts: Accounts, name: str, parts: list[str]) -> Fact:
    family = (parts[0], parts[1])
    times = [accounts.time_of(group) for group in _groups(name, parts[2])]
    if family == ("share", "busy"):
        return _fact(name, sum(one.share_of_busy for one in times), "1", _BUSY)
    if family == ("share", "wall"):
        if accounts.profile.wall_s is None:
            raise UnknownFact(f"{name}: a profile without a timeline has no wall time")
        return _fact(name, sum(one.share for one in times), "1", _WALL)
    share = sum(one.share for one in times)
    basis = _BUSY if accounts.profile.wall_s is None else _WALL
    if family == ("ceiling", "time"):
        return _fact(name, ceiling(share), "x", basis)
    if family == ("step_s", "group"):
        return _fact(name, sum(one.time_s for one in times) / accounts.profile.n_steps, "s", "a step, overlap once")
    try:
        factor = float(".".join(parts[3:]))
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        raise UnknownFact(f"{name}: ends in a factor above zero, as in {PREFIX}speedup.time.mlp.2")
    return _fact(name, speedup(share, factor), "x", basis)


def _groups(name: str, words: str) -> tuple[KernelGroup, ...]:
    try:
        return tuple(kernel_group(word) for word in words.split("+"))
    except ValueError as error:
        raise UnknownFact(f"{name}: {error}") from None


def _fact(name: str, value: Value, unit: str, convention: str) -> Fact:
    return Fact(name=name, value=value, unit=unit, basis=BASIS, convention=convention)


def _of_wall(accounts: Accounts, time_s: float) -> float | None:
    return time_s / accounts.profile.wall_s if accounts.profile.wall_s else None


def _step_s(accounts: Accounts) -> float:
    return (accounts.profile.wall_s or accounts.profile.busy_s) / accounts.profile.n_steps


def _free_idle(accounts: Accounts) -> float | None:
    return None if accounts.idle_share is None else ceiling(accounts.idle_share)


def _hidden_share(accounts: Accounts) -> float | None:
    overlap = accounts.overlap
    return overlap.hidden_s / overlap.total_s if overlap.total_s and accounts.profile.wall_s else None


_Read = Callable[[Accounts], Value | None]
_SCALARS: dict[str, tuple[_Read, str, str]] = {
    "step_s": (_step_s, "s", "wall time of one step, or its busy time without a timeline"),
    "n_steps": (lambda a: float(a.profile.n_steps), "1", "steps that count"),
    "bottleneck": (lambda a: str(a.bottleneck.group), "", "the most busy time"),
    "next_bottleneck": (
        lambda a: str(a.next_bottleneck.group) if a.next_bottleneck else None,
        "",
        "the most busy time but one",
    ),
    "idle_share": (lambda a: a.idle_share, "1", _WALL),
    "busy_share": (lambda a: None if a.idle_share is None else 1 - a.idle_share, "1", _WALL),
    "launch_gap_share": (lambda a: launch_share(a) if a.profile.idle else None, "1", _WALL),
    "graph_gap_share": (lambda a: graph_gap_share(a) if a.profile.idle else None, "1", _WALL),
    "ceiling.idle": (_free_idle, "x", _WALL),
    "exposed_share": (lambda a: _of_wall(a, a.overlap.exposed_s), "1", f"communication, {_WALL}"),
    "hidden_share": (_hidden_share, "1", "of the communication, hidden behind computation"),
    "unfused_share": (
        lambda a: unfused_share(a) if a.time_of(Group.ATTENTION_CORE).calls else None,
        "1",
        "of the attention core, outside fused kernels",
    ),
}
_FAMILIES = (("share", "wall"), ("share", "busy"), ("ceiling", "time"), ("speedup", "time"), ("step_s", "group"))
