"""The chip that a trace names, as a row of the engine's catalogue."""

import re

from app.engine.catalog import accelerator
from app.engine.hardware import Hardware

_NAMED = (
    (r"A100.*80GB.*PCI|A100 80GB PCIe", "a100-80gb-pcie"),
    (r"A100.*80GB", "a100-80gb-sxm"),
    (r"A100", "a100-40gb-sxm"),
    (r"GH200", "gh200"),
    (r"H100 PCIe", "h100-pcie"),
    (r"H100", "h100-sxm"),
    (r"H200", "h200-sxm"),
    (r"H800", "h800-sxm"),
    (r"\bH20\b", "h20"),
    (r"GB200", "gb200"),
    (r"B200", "b200-sxm"),
    (r"B300", "b300-sxm"),
    (r"V100.*32GB", "v100-32gb-sxm"),
    (r"V100", "v100-16gb-sxm"),
    (r"\bL40S\b", "l40s"),
    (r"\bL4\b", "l4"),
    (r"MI300X", "mi300x"),
    (r"MI325X", "mi325x"),
    (r"MI35[05]X?", "mi355x"),
    (r"MI250X?", "mi250x"),
)
"""Names as cudaGetDeviceProperties and hipGetDeviceProperties give them; the first that is found decides."""


def chip_named(device: str) -> Hardware | None:
    """The chip by the device's name; None where the name does not tell, as for AMD's "AMD Radeon Graphics"."""
    slug = next((slug for pattern, slug in _NAMED if re.search(pattern, device)), None)
    return None if slug is None else accelerator(slug)
