"""Variants: the same situation with something moved. A seed chooses the values, the engine works the answer out."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

Chosen = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A variant as its author wrote it: whether it flips the answer, and the values that each moved field may take."""

    id: str
    flips: bool
    change: Mapping[str, tuple[Any, ...]]

    def chosen(self, seed: int) -> Chosen:
        """The values that a seed chooses, always the same ones."""
        return {name: values[_draw(seed, self.id, name) % len(values)] for name, values in self.change.items()}

    def every_choice(self) -> Iterator[Chosen]:
        """All combinations of its values."""
        for values in product(*self.change.values()):
            yield dict(zip(self.change, values, strict=True))


def variant_for(variants: tuple[Variant, ...], seed: int, *, flips: bool | None = None) -> Variant | None:
    """The variant that a seed draws, of those that flip the answer, or keep it, where that is asked for."""
    fitting = [variant for variant in variants if flips is None or variant.flips is flips]
    return fitting[_draw(seed, "", "") % len(fitting)] if fitting else None


def values_of(change: object) -> tuple[Any, ...]:
    """The values that a change may take: those of {choose: [...]}, or the one that is given."""
    if not isinstance(change, Mapping):
        return (change,)
    choose = change.get("choose")
    if set(change) != {"choose"} or not isinstance(choose, list) or not choose:
        raise ValueError(f"{dict(change)!r} is neither a value nor {{choose: [values]}}")
    return tuple(choose)


def _draw(seed: int, *words: str) -> int:
    text = ":".join((str(seed), *words))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
