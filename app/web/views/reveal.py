"""The reveal as a page shows it: the trap, the numbers, the flip, the moves, what people say, and how it comes about.

Everything here comes from what was stored with the grade; nothing is looked up in the bank again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.bank.reveal import Reveal, ShownFlip, prose_from_list, reveal_from_mapping
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS
from app.engine.studies.sensitivity import Stability
from app.web.format import count, number
from app.web.views.derivation import DerivationRow, stored_lines
from app.web.views.prose import Sentence, written

_LABELS = {**{str(group): label for group, label in GROUP_LABELS.items()}}
_LABELS |= {str(resource): label for resource, label in RESOURCE_LABELS.items() if str(resource) not in _LABELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class SayingRow:
    """A common claim and the verdict on it."""

    claim: str
    verdict: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealView:
    """The key after the lock. `says`: of a follow-up, what the numbers say now."""

    says: Sentence
    trap: Sentence
    numbers: tuple[Sentence, ...]
    flip: Sentence
    turns: tuple[str, ...]
    badge: str
    moves: tuple[Sentence, ...]
    people_say: tuple[SayingRow, ...]
    derivation: tuple[DerivationRow, ...]
    convention: str
    sources: tuple[str, ...]


def reveal_view(stored: Mapping[str, Any]) -> RevealView:
    """The reveal as it was stored with a grade; whoever calls has passed the gate."""
    reveal = reveal_from_mapping(stored["reveal"])
    return RevealView(
        says=written(prose_from_list(stored["says"])),
        trap=written(reveal.trap),
        numbers=tuple(written(line) for line in reveal.numbers),
        flip=written(reveal.flip),
        turns=tuple(_turn(flip) for flip in reveal.flips),
        badge=_badge(reveal),
        moves=tuple(written(line) for line in reveal.moves),
        people_say=tuple(SayingRow(claim=said.claim, verdict=written(said.verdict)) for said in reveal.people_say),
        derivation=stored_lines(stored["derivation"]),
        convention=stored["analysis"]["convention"] if stored["analysis"] else "",
        sources=reveal.sources,
    )


# Private


def _turn(flip: ShownFlip) -> str:
    """Where the answer turns along one variable."""
    variable = flip.variable.replace("_", " ").removeprefix("n ")
    sides = f"{_side(flip.before)}, then {_side(flip.after)}"
    return f"{variable}: {_plain(flip.own)} here, turns at {_plain(flip.at)}: {sides}"


def _side(words: str) -> str:
    """A component or a resource by its label; of a figure against a threshold the comparison alone."""
    if words in _LABELS:
        return _LABELS[words]
    return words.partition(" is ")[2] or words.replace("_", " ")


def _plain(value: float) -> str:
    return count(value) if value >= 100 or value == round(value) else number(value)


def _badge(reveal: Reveal) -> str:
    badge = reveal.badge
    if badge is None:
        return ""
    if badge.stability is Stability.ROBUST:
        return f"Robust: the verdict survives all {badge.n_trials} assumptions that it was tried against."
    breaks = "; ".join(one.assumption for one in badge.breaks)
    return f"Fragile: something else binds under {breaks}. {badge.reason or ''}".strip()
