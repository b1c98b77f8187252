"""How FLOPs are counted. A convention changes what is reported, never the time."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import product


class CountedAttention(StrEnum):
    """Whether masked query-key pairs are counted."""

    FULL = "full"
    CAUSAL = "causal"


class CountedHead(StrEnum):
    """Positions that are counted through the output head."""

    ALL = "all"
    LAST = "last"
    NONE = "none"


class CountedPasses(StrEnum):
    """Whether the backward pass of training is counted; `phase` follows the workload."""

    PHASE = "phase"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    """One way of counting. The default counts what PyTorch's counter sees: every pair, every position."""

    attention: CountedAttention = CountedAttention.FULL
    head: CountedHead = CountedHead.ALL
    passes: CountedPasses = CountedPasses.PHASE

    @property
    def label(self) -> str:
        """The convention in words, as charts and feedback print it."""
        return f"{_ATTENTION[self.attention]}, {_HEAD[self.head]}"

    @property
    def default_family(self) -> bool:
        """Whether a text that is silent about the convention may mean this one (full or causal, head in or out)."""
        return self.head is not CountedHead.LAST


COUNT_ALL = Conventions()


def enumerate_conventions(own: Conventions) -> tuple[Conventions, ...]:
    """`own` first, then every other way of counting attention and head, in a fixed order."""
    others = (
        Conventions(attention=attention, head=head, passes=own.passes)
        for attention, head in product(CountedAttention, CountedHead)
    )
    return (own, *(convention for convention in others if convention != own))


_ATTENTION = {CountedAttention.FULL: "full attention", CountedAttention.CAUSAL: "causal half of attention"}
_HEAD = {
    CountedHead.ALL: "head on all positions",
    CountedHead.LAST: "head on the last position",
    CountedHead.NONE: "head left out",
}
