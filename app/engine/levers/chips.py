"""Levers on the hardware: the same scenario on another chip of a short list."""

from dataclasses import replace

from app.engine.catalog import accelerator
from app.engine.efficiency import calibrated_efficiency
from app.engine.groups import Resource
from app.engine.levers.lever import EVERYTHING, Lever, NotApplicable
from app.engine.scenario import Scenario

GENERAL = ("h100-sxm", "h200-sxm", "b200-sxm", "gb200", "mi300x")
SPECIALISED = ("tpu-v5p", "trainium2", "gaudi3")  # matrix engines with a software stack of their own


def hardware(slug: str) -> Lever:
    """The same work on a chip of the catalogue, as many of them."""
    chip = accelerator(slug)

    def change(scenario: Scenario) -> Scenario | NotApplicable:
        if scenario.hardware.slug == chip.slug:
            return NotApplicable(reason=f"It runs on {chip.name} already.")
        calibrated = scenario.efficiency.name == "calibrated"
        efficiency = calibrated_efficiency(chip) if calibrated else scenario.efficiency
        return replace(scenario, hardware=chip, efficiency=efficiency)

    specialised = chip.slug in SPECIALISED
    return Lever(
        id=f"hardware_{chip.slug.replace('-', '_')}",
        name=f"specialised accelerators: {chip.name}" if specialised else f"other hardware: {chip.name}",
        acts_on=EVERYTHING,
        relieves=(Resource.COMPUTE, Resource.MEMORY, Resource.COMMUNICATION, Resource.CAPACITY),
        apply=change,
        cost="another software stack besides the chips"
        if specialised
        else "new chips, at a price that is yours to put in",
        risk="rates nobody measured here are assumed" if specialised else "supply, and a network that fits",
    )
