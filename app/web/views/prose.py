"""Prose with its figures written out: plain pieces and numbers, which pages set in bold."""

from dataclasses import dataclass

from app.engine.facts import Fact
from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS, Group, Resource
from app.web.format import count, parameters, percent, quantity

SHARES = ("share.", "bubble_share", "rescaled_share", "mfu", "hfu", "mbu")
_MEASURED = "profile."
_STATED = ("given.",)
_WORDS = {**{str(group): label for group, label in GROUP_LABELS.items()}}
_WORDS |= {str(resource): label for resource, label in RESOURCE_LABELS.items()}
_PLURAL = (Group.PROJECTIONS, Group.EXPERTS, Group.NORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A stretch of a sentence; `strong` for a figure."""

    text: str
    strong: bool = False


Sentence = tuple[Words, ...]


def written(parts: tuple[str | Fact, ...]) -> Sentence:
    """The prose of a stored reveal, its figures as people read them."""
    return tuple(
        Words(text=part) if isinstance(part, str) else Words(text=figure_text(part), strong=True) for part in parts
    )


def figure_text(fact: Fact) -> str:
    """A fact's value with its unit: a share as percent, a count of tokens in full."""
    if isinstance(fact.value, bool):
        return "yes" if fact.value else "no"
    if isinstance(fact.value, str):
        return _WORDS.get(fact.value, fact.value)
    measured = fact.name.startswith(_MEASURED)
    if fact.name.removeprefix(_MEASURED).startswith(SHARES) or (measured and fact.name.endswith("_share")):
        return percent(fact.value)
    if fact.unit == "count" or (fact.unit == "1" and fact.name.startswith(_STATED)):
        return count(fact.value)
    if fact.name.startswith("parameters."):
        return parameters(fact.value)
    if fact.name.startswith("flip"):
        return quantity(round(fact.value) if fact.value >= 100 else fact.value, "token").rsplit("\u00a0", 1)[0]
    return quantity(fact.value, fact.unit)


def group_label(name: str) -> str:
    """A component group in words."""
    return GROUP_LABELS[Group(name)]


def resource_label(name: str) -> str:
    """A resource in words."""
    return RESOURCE_LABELS[Resource(name)]


def binding(group: Group) -> str:
    """A component and the verb: the MLP binds, the experts bind."""
    return f"the {GROUP_LABELS[group]} {binds(group)}"


def binds(group: Group) -> str:
    """The verb that goes with a component."""
    return "bind" if group in _PLURAL else "binds"


def capitalised(words: str) -> str:
    """The words as the start of a sentence; what is in capitals stays so."""
    return words[:1].upper() + words[1:]


def plain(sentence: Sentence) -> str:
    """A sentence without its emphasis, for screen readers and plain text."""
    return "".join(words.text for words in sentence)
