"""The landing page: the quick round, predict, slide, verdict; and the way to the first question."""

from dataclasses import dataclass

from app.bank.bank import QuickRound
from app.engine.analysis import Analysis, analyze
from app.engine.flips import Basis, nearest_flip
from app.engine.groups import GROUP_LABELS, Group
from app.engine.scenario import Scenario
from app.engine.workload import LENGTH_NAMES
from app.practice.prediction import component_options
from app.web import parts
from app.web.format import count, percent
from app.web.forms import Setting, plain_number
from app.web.plots.bars import Part, ShareBars, share_bars
from app.web.views.progress import NextView
from app.web.views.prose import Sentence, Words
from app.web.views.readings import ordered_groups
from app.web.views.situation import Rows, scenario_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickVerdict:
    """What the engine says to the guess at the slider's position."""

    guess: str
    heading: str
    sentence: Sentence
    flip: Sentence
    bars: ShareBars
    slider: parts.Slider
    convention: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingView:
    """The landing page."""

    title: str
    prompt: tuple[str, ...]
    given: Rows
    choices: tuple[parts.Choice, ...]
    guess: str
    verdict: QuickVerdict | None
    following: NextView | None


def landing_view(quick: QuickRound, setting: Setting, *, guess: str | None, following: NextView | None) -> LandingView:
    """Before the guess the situation and the choices; after it the verdict, which follows the slider."""
    options = component_options(quick.scenario.phase)
    known = next((option.id for option in options if option.id == guess), None)
    return LandingView(
        title=quick.title,
        prompt=quick.prompt,
        given=scenario_rows(quick.scenario),
        choices=tuple(parts.Choice(value=option.id, label=option.label) for option in options),
        guess=known or "",
        verdict=None if known is None else _verdict(quick, setting, Group(known)),
        following=following,
    )


def _verdict(quick: QuickRound, setting: Setting, guess: Group) -> QuickVerdict:
    given, here = analyze(quick.scenario), analyze(setting.scenario)
    leader = here.bottleneck.component_by_flops
    length = setting.scenario.forward.n_keys
    counted = [group for group in ordered_groups(here) if here.flops_share(group) > 0]
    slider = quick.slider
    return QuickVerdict(
        guess=str(guess),
        heading=_heading(given, guess),
        sentence=(
            Words(text=f"At {count(length)} tokens the "),
            Words(text=f"{GROUP_LABELS[leader]}", strong=True),
            Words(text=f" leads with {percent(here.flops_share(leader))} of the FLOPs"),
            Words(text=_yours(here, guess, leader)),
            Words(text="."),
        ),
        flip=_flip(quick.scenario),
        bars=share_bars([_bar(here, group, binds=group is leader) for group in counted], names=("FLOPs",)),
        slider=parts.Slider(
            name=slider.name,
            label=slider.label,
            value=setting.values[slider.name],
            lower=plain_number(slider.low or 1),
            upper=plain_number(slider.high or 1),
            log=True,
        ),
        convention=setting.scenario.conventions.label,
        problem=next(iter(setting.problems.values()), ""),
    )


def _heading(given: Analysis, guess: Group) -> str:
    leader = given.bottleneck.component_by_flops
    if guess is leader:
        return "Right. Now move the sequence length until it is wrong."
    return f"Not at this length: it is the {GROUP_LABELS[leader]}. Move the sequence length."


def _yours(here: Analysis, guess: Group, leader: Group) -> str:
    if guess is leader or guess not in here.groups:
        return ""
    return f"; your {GROUP_LABELS[guess]} has {percent(here.flops_share(guess))}"


def _flip(scenario: Scenario) -> Sentence:
    found = nearest_flip(scenario, LENGTH_NAMES[scenario.phase], Group.ATTENTION_CORE, Group.MLP, basis=Basis.FLOPS)
    if found is None:
        return ()
    return (
        Words(text="The two largest draw level at "),
        Words(text=count(found.at), strong=True),
        Words(text=" tokens."),
    )


def _bar(here: Analysis, group: Group, *, binds: bool) -> Part:
    return Part(label=GROUP_LABELS[group], shares=(here.flops_share(group),), binds=binds)
