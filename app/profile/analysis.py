"""read(profile) -> Reading: everything that is said about a measured job, the one place where its parts meet."""

from dataclasses import dataclass

from app.engine.analysis import Analysis, analyze
from app.engine.hardware import Hardware
from app.engine.scenario import Scenario, default_formats
from app.profile.accounting import Accounts, accounts
from app.profile.advice import Advice, advice
from app.profile.chips import chip_named
from app.profile.comparison import Comparison, compared
from app.profile.profile import Profile
from app.profile.rates import Rates, rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A profile, its accounts, how much of the chip was used, which lever to try, and the engine's view beside it."""

    profile: Profile
    accounts: Accounts
    hardware: Hardware | None
    rates: Rates | None
    advice: tuple[Advice, ...]
    comparison: Comparison | None
    model_mfu: float | None = None
    """Model FLOPs of the scenario over the measured time at the peak [0..1]: recomputation is left out."""


def read(profile: Profile, *, scenario: Scenario | None = None, hardware: Hardware | None = None) -> Reading:
    """Read a profile; the chip is the one given, else the scenario's, else the one that the trace names."""
    books = accounts(profile)
    predicted = None if scenario is None else analyze(scenario)
    chip = hardware
    if chip is None and not profile.source.on_cpu:
        chip = scenario.hardware if scenario is not None else chip_named(profile.source.device)
    return Reading(
        profile=profile,
        accounts=books,
        hardware=chip,
        rates=rates(books, chip),
        advice=advice(books, predicted),
        comparison=None if predicted is None else compared(books, predicted),
        model_mfu=None if predicted is None else _model_mfu(profile, predicted, chip),
    )


def _model_mfu(profile: Profile, predicted: Analysis, chip: Hardware | None) -> float | None:
    if chip is None or profile.wall_s is None or profile.source.on_cpu:
        return None
    peak = chip.peak(default_formats(chip).math)
    return predicted.flops_total / (profile.wall_s / profile.n_steps * peak * predicted.scenario.n_devices)
