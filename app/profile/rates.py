"""How much of a chip was used: achieved FLOP/s and bytes/s of what recorded shapes tell, against its peaks."""

from dataclasses import dataclass

from app.engine.hardware import Hardware
from app.engine.scenario import default_formats
from app.profile.accounting import Accounts
from app.profile.kinds import Kind

_MULTIPLYING = frozenset({Kind.GEMM, Kind.BATCHED_GEMM, Kind.EXPERT_GEMM, Kind.ATTENTION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Rates over the wall time of one device, or over the busy time where none was measured.

    `covered` is the share of the multiplying kernels' time whose shapes were recorded: where it is below one, what
    was counted is less than what was done. `mfu` and `mbu` need a chip [0..1].
    """

    flops_per_s: float
    bytes_per_s: float
    covered: float
    peak_name: str = ""
    mfu: float | None = None
    mbu: float | None = None


def rates(accounts: Accounts, hardware: Hardware | None) -> Rates | None:
    """The rates of a profile; None where no shape was recorded.

    The FLOPs are those executed, recomputation included; the peak is the chip's dense one in its usual format.
    """
    profile = accounts.profile
    over_s = profile.wall_s or profile.busy_s
    flops, moved = (sum(getattr(row, name) for row in profile.rows) for name in ("flops", "bytes_moved"))
    if flops <= 0:
        return None
    found = Rates(flops_per_s=flops / over_s, bytes_per_s=moved / over_s, covered=_covered(accounts))
    if hardware is None:
        return found
    dtype = default_formats(hardware).math
    return Rates(
        flops_per_s=found.flops_per_s,
        bytes_per_s=found.bytes_per_s,
        covered=found.covered,
        peak_name=f"{hardware.name}, dense {dtype}",
        mfu=found.flops_per_s / hardware.peak(dtype),
        mbu=found.bytes_per_s / hardware.hbm_bandwidth,
    )


def _covered(accounts: Accounts) -> float:
    multiplying = [row for row in accounts.profile.rows if row.kind in _MULTIPLYING]
    total = sum(row.time_s for row in multiplying)
    return sum(row.time_s for row in multiplying if row.flops > 0) / total if total else 0.0
