"""How long a collective takes: a fixed time plus bytes over the slowest link, ring algorithms.

Source of the factors: Thakur et al. 2005, "Optimization of Collective Communication Operations in MPICH"; nccl-tests
PERFORMANCE.md uses the same ones for its bus bandwidth.
"""

from dataclasses import dataclass

from app.engine.grid import everywhere, where
from app.engine.hardware import Hardware


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What one device can send in one direction [B/s], and the fixed time of one collective [s]."""

    bandwidth: float
    collective_s: float


def link_between(hardware: Hardware, n: float, *, efficiency: float, collective_s: float) -> Link:
    """The link that a ring over `n` neighbours waits for: the scale-up link inside a node, else the network.

    ValueError where the ring leaves the node and no source states the network's rate.
    """
    inside = n <= hardware.devices_per_node
    if not everywhere(inside) and hardware.network_bandwidth is None:
        raise ValueError(
            f"network_bandwidth: not known for {hardware.name}; {n:g} devices do not fit in a node of"
            f" {hardware.devices_per_node}"
        )
    bandwidth = where(inside, hardware.link_bandwidth, hardware.network_bandwidth or hardware.link_bandwidth)
    return Link(bandwidth=bandwidth * efficiency, collective_s=collective_s)


def all_reduce_s(link: Link, *, n: float, payload: float) -> float:
    """Ring all-reduce of `payload` bytes held by each of `n` devices: 2(n-1)/n of it crosses each link [s]."""
    return _some(n, link.collective_s + 2 * (n - 1) / n * payload / link.bandwidth)


def all_gather_s(link: Link, *, n: float, payload: float) -> float:
    """Ring all-gather, or reduce-scatter, of `payload` bytes in all: (n-1)/n of it crosses each link [s]."""
    return _some(n, link.collective_s + (n - 1) / n * payload / link.bandwidth)


def send_s(link: Link, *, payload: float) -> float:
    """Point-to-point transfer of `payload` bytes [s]."""
    return link.collective_s + payload / link.bandwidth


def _some(n: float, duration: float) -> float:
    return where(n > 1, duration, 0.0)
