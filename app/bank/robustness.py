"""Whether a verdict survives the assumptions that its author names: robust, or fragile and what breaks it."""

from dataclasses import dataclass

from app.bank.schema.key import AssumptionsForm
from app.engine.analysis import Bottleneck
from app.engine.scenario import Scenario
from app.engine.studies.sensitivity import Stability, Trial, sensitivity


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """An assumption, in words, under which something else binds."""

    assumption: str
    component: str
    resource: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """The verdict on the verdict: how many assumptions were tried, and which of them change what binds."""

    against: tuple[str, ...]
    n_trials: int
    breaks: tuple[Break, ...]

    @property
    def stability(self) -> Stability:
        """Robust when nothing that was tried changes the verdict."""
        return Stability.FRAGILE if self.breaks else Stability.ROBUST


def robustness(form: AssumptionsForm, scenario: Scenario) -> Robustness:
    """Try the verdict under each named assumption; ValueError when a name fits none of the engine's trials."""
    found = sensitivity(scenario)
    trials = [trial for trial in found.trials if any(_is_of(trial, family) for family in form.against)]
    for family in form.against:
        if not any(_is_of(trial, family) for trial in trials):
            known = sorted({trial.assumption.partition(".")[0] for trial in found.trials})
            raise ValueError(f"against: {family!r} is no family of trials; there are {', '.join(known)}")
    breaks = (
        Break(
            assumption=trial.words,
            component=str(trial.bottleneck.component),
            resource=str(trial.bottleneck.resource),
        )
        for trial in trials
        if _verdict(form, trial.bottleneck) != _verdict(form, found.verdict)
    )
    return Robustness(against=tuple(form.against), n_trials=len(trials), breaks=tuple(breaks))


def _is_of(trial: Trial, family: str) -> bool:
    return trial.assumption == family or trial.assumption.startswith(f"{family}.")


def _verdict(form: AssumptionsForm, bottleneck: Bottleneck) -> tuple[str, ...]:
    return tuple(str(getattr(bottleneck, name)) for name in form.of)
