"""An accelerator as a few cited numbers, and the points where its limits meet."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.engine.checks import require_not_negative, require_positive, require_positive_number
from app.engine.dtypes import DType


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """One accelerator and the links around it.

    `peak_flops` are dense tensor peaks by number format [FLOP/s]; links are per device and per direction [B/s].
    `network_bandwidth` is None where no source states it: a plan that leaves the node is then refused.
    `compute_units` are what a matrix product is tiled over (SMs); 0 where no source states it. A chip that was made
    `like` a row of the catalogue keeps the rates that were measured on that.
    """

    name: str
    peak_flops: Mapping[DType, float]
    hbm_bytes: float
    hbm_bandwidth: float
    link_bandwidth: float
    devices_per_node: int
    network_bandwidth: float | None = None
    compute_units: float = 0
    cache_bytes: float = 0  # last-level cache that all compute units share; 0 where no source states it [B]
    source: str = ""
    like: str = ""
    slug: str = ""  # its row in the catalogue; empty for one that the caller describes
    notes: tuple[str, ...] = field(default=())

    def __post_init__(self) -> None:
        require_positive(self, "hbm_bytes", "hbm_bandwidth", "link_bandwidth", "devices_per_node")
        if not self.peak_flops:
            raise ValueError("peak_flops: no number format is given")
        for dtype, peak in self.peak_flops.items():
            require_positive_number(f"peak_flops.{dtype}", peak)
        require_not_negative(self, "cache_bytes", "compute_units")
        if self.network_bandwidth is not None:
            require_positive(self, "network_bandwidth")

    def peak(self, dtype: DType) -> float:
        """Dense peak in `dtype` [FLOP/s]; a format the chip does not multiply is an error."""
        if dtype not in self.peak_flops:
            known = ", ".join(self.peak_flops)
            raise ValueError(f"math_dtype: {self.name} has no {dtype} peak; it has {known}")
        return self.peak_flops[dtype]


def ridge_point(hardware: Hardware, dtype: DType) -> float:
    """Arithmetic intensity at which compute and memory bandwidth meet [FLOP/B] (Williams et al. 2009)."""
    return hardware.peak(dtype) / hardware.hbm_bandwidth
