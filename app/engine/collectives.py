"""How long a collective takes: a fixed time plus bytes over the links it crosses, ring algorithms.

Source of the factors: Thakur et al. 2005, "Optimization of Collective Communication Operations in MPICH"; nccl-tests
PERFORMANCE.md uses the same ones for its bus bandwidth.
"""

from dataclasses import dataclass
from typing import NamedTuple

from app.engine.grid import everywhere, larger, log2, smaller, where
from app.engine.hardware import Hardware


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Links of one device: reachable rates inside the node and on the network [B/s]; time of one round [s]."""

    inside: float
    across: float
    round_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A group of devices as a collective sees it: neighbours inside a node, times nodes; each device has a NIC."""

    n_inside: float
    n_across: float
    links: Links

    @property
    def n(self) -> float:
        """Devices in the group [1]."""
        return self.n_inside * self.n_across


def links_of(hardware: Hardware, *, efficiency: float, round_s: float) -> Links:
    """The links of a device, derated; a network that no source states has the rate zero until it is needed."""
    return Links(
        inside=hardware.link_bandwidth * efficiency,
        across=(hardware.network_bandwidth or 0.0) * efficiency,
        round_s=round_s,
    )


def ring(hardware: Hardware, links: Links, *, n: float, stride: float, rails: bool = True) -> Ring:
    """The group of `n` devices that stand `stride` apart; nodes hold `devices_per_node` in a row.

    Without `rails` a group that leaves its node is one flat ring that waits for a single NIC.

    ValueError where the group leaves the node and no source states the network's rate.
    """
    n_inside = smaller(n, larger(hardware.devices_per_node / stride, 1))
    if not rails:
        n_inside = where(n_inside < n, 1, n_inside)
    n_across = n / n_inside
    if not links.across and not everywhere(n_across <= 1):
        raise ValueError(
            f"network_bandwidth: not known for {hardware.name}, and the plan leaves its node of"
            f" {hardware.devices_per_node}; describe the hardware with it"
        )
    return Ring(n_inside=n_inside, n_across=n_across, links=links)


class Exchange(NamedTuple):
    """How long a collective takes: the time of its rounds, and that of its bytes on the links [s]."""

    fixed_s: float
    links_s: float
    pipelined: bool = True

    @property
    def total_s(self) -> float:
        """Both, and what a ring loses while it fills [s].

        A ring cuts its payload into chunks: few of them leave it filling, many wait for a round each. The best number
        loses twice the geometric mean of the two times; nccl-tests on eight A100 show once (docs/validation.md).
        """
        filling: float = (self.fixed_s * self.links_s) ** 0.5 if self.pipelined else 0.0
        return self.fixed_s + self.links_s + filling


def all_reduce(group: Ring, payload: float) -> Exchange:
    """Every device holds `payload` bytes and ends with their sum: 2(n-1)/n of it crosses each link.

    Over several nodes: reduce-scatter inside, all-reduce of a slice over each NIC, all-gather inside.
    """
    return Exchange(fixed_s(group), 2 * _slices_s(group, payload))


def all_gather(group: Ring, payload: float) -> Exchange:
    """Gather of `payload` bytes in all, or reduce-scatter of as many: (n-1)/n of it crosses each link."""
    return Exchange(fixed_s(group), _slices_s(group, payload))


def all_to_all(group: Ring, payload: float) -> Exchange:
    """Each device sends `payload` bytes, an equal part to every device of the group; both kinds of link at once."""
    inside = (group.n_inside - 1) / group.n * payload / group.links.inside
    across = (group.n - group.n_inside) / group.n * payload / (group.links.across or 1.0)
    return Exchange(fixed_s(group), larger(inside, where(group.n_across > 1, across, 0.0)), pipelined=False)


def send(group: Ring, payload: float) -> Exchange:
    """One device sends `payload` bytes to its neighbour in the group, over the slower kind of link there is."""
    bandwidth = where(group.n_across > 1, group.links.across or 1.0, group.links.inside)
    alone = group.n <= 1
    return Exchange(where(alone, 0.0, group.links.round_s), where(alone, 0.0, payload / bandwidth), pipelined=False)


def flat_ring_s(*, n: float, payload: float, bandwidth: float) -> float:
    """An all-reduce around one ring whose slowest link carries `bandwidth`: all nodes share a single NIC [s]."""
    return 2 * (n - 1) / n * payload / bandwidth


def fixed_s(group: Ring) -> float:
    """Fixed time of one collective: the rounds of a tree, log2 of the devices inside the node and of the nodes [s]."""
    return group.links.round_s * (log2(group.n_inside) + log2(larger(group.n_across, 1)))


def _slices_s(group: Ring, payload: float) -> float:
    """(n-1)/n of the payload over the links inside, then of each device's slice over its NIC [s]."""
    inside = (group.n_inside - 1) / group.n_inside * payload / group.links.inside
    across = where(group.n_across > 1, (group.n_across - 1) / group.n_across * payload / group.n_inside, 0.0)
    return inside + across / (group.links.across or 1.0)
