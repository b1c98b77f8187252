"""What would help: levers ranked by what they gain for each device, Amdahl's bound, and what binds afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from app.engine.analysis import Analysis, Bottleneck
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS
from app.engine.levers.ranking import LeverResult, weigh
from app.web.format import count, percent, times
from app.web.views.prose import Sentence, Words, binding, capitalised

_CHIPS = "hardware_"
_SHOWN = 8
_LEAST = 1.005  # below it a lever gains nothing worth a line


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverRow:
    """One lever: its gain, the most that what it touches could give, what binds then, what it costs."""

    name: str
    gain: str
    bound: str
    then: str
    price: str
    caution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeversView:
    """The ranked list on the chips as they are, then other chips, then what does nothing here with the reason."""

    sentence: Sentence
    first: tuple[LeverRow, ...]
    rest: tuple[LeverRow, ...]
    chips: tuple[LeverRow, ...]
    refused: tuple[tuple[str, str], ...]


def levers_view(analysis: Analysis) -> LeversView:
    """Every lever on the scenario of an analysis."""
    weighed = weigh(analysis)
    chips = [result for result in weighed.results if result.lever.id.startswith(_CHIPS)]
    own = sorted(
        (result for result in weighed.results if result not in chips), key=lambda result: -result.speedup_per_device
    )
    helping = sum(result.speedup_per_device >= _LEAST for result in own)
    n_shown = min(_SHOWN, max(helping, 3))
    return LeversView(
        sentence=_sentence(own),
        first=tuple(_row(result) for result in own[:n_shown]),
        rest=tuple(_row(result) for result in own[n_shown:]),
        chips=tuple(_row(result) for result in chips),
        refused=tuple((capitalised(one.lever.name), one.reason) for one in weighed.refused),
    )


def binds_words(bottleneck: Bottleneck) -> str:
    """What binds in a few words: the component, and what the step waits for."""
    return f"{GROUP_LABELS[bottleneck.component]}, {RESOURCE_LABELS[bottleneck.resource]}"


# Private


def _sentence(results: Sequence[LeverResult]) -> Sentence:
    if not results or results[0].speedup_per_device < _LEAST:
        return (Words(text="On these chips no lever gains anything worth a line."),)
    best = results[0]
    same = best.before.bottleneck.component is best.bottleneck.component
    still = f"{binding(best.bottleneck.component)}{' still' if same else ''}"
    return (
        Words(text="On these chips most is gained by "),
        Words(text=f"{best.lever.name}: "),
        Words(text=times(best.speedup_per_device), strong=True),
        Words(text=f". After it {still}, and the step waits most for "),
        Words(text=RESOURCE_LABELS[best.bottleneck.resource], strong=True),
        Words(text="."),
    )


def _row(result: LeverResult) -> LeverRow:
    bound = result.bound
    most = times(bound.speedup) if isfinite(bound.speedup) else "none"
    return LeverRow(
        name=capitalised(result.lever.name),
        gain=times(result.speedup_per_device),
        bound=f"{most}, touching {percent(bound.share)} of the time",
        then=capitalised(binds_words(result.bottleneck)),
        price=capitalised(f"{result.lever.cost}; {result.lever.risk}") + ".",
        caution=_caution(result),
    )


def _caution(result: LeverResult) -> str:
    before, after = result.before.scenario.n_devices, result.after.scenario.n_devices
    words = [] if before == after else [f"{times(result.speedup)} on {count(after)} devices instead of {count(before)}"]
    if not result.fits and result.before.memory.shortfall <= 0:
        words.append("no longer fits in memory")
    if result.fits and result.before.memory.shortfall > 0:
        words.append("fits in memory then")
    return "; ".join(words)
