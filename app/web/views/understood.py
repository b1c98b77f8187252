"""What the grader understood, in plain words, one line a claim, so that a candidate can say what was meant instead."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.groups import GROUP_LABELS, RESOURCE_LABELS
from app.web.format import count, percent, quantity, times
from app.web.views.prose import capitalised

_SKIPPED = ("assumption",)
_NAMES = {
    **{str(group): f"the {label}" for group, label in GROUP_LABELS.items()},
    **{str(resource): label for resource, label in RESOURCE_LABELS.items()},
    "attention_block": "the attention block with its projections",
    "proposal": "the proposed work",
    "step": "the whole step",
    "linear": "the linear layers",
    "": "it",
}
_VERDICTS = {"right": "right", "close": "close", "loose": "loose", "off": "off by more than two", "wrong": "not so"}
_PARAMETERS = {"seq_len": "sequence length", "prompt_len": "prompt length", "context_len": "context length"}
_SIGNS = {">": "is larger", "<": "is smaller", "=": "is", "any": "is anything"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstoodRow:
    """A claim: its place in the score, the candidate's words, what was read in them, the verdict, what was meant."""

    claim: int
    said: str
    read: str
    verdict: str
    meant: str


def understood(
    answer: str, claims: Sequence[Mapping[str, Any]], misread: Sequence[Mapping[str, object]]
) -> tuple[UnderstoodRow, ...]:
    """The claims of a stored score, in the order of the text; a number that is a part of another claim is left out."""
    meant = {item["claim"]: str(item["meant"]) for item in misread}
    rows = [
        UnderstoodRow(
            claim=place,
            said=answer[claim["start"] : claim["end"]],
            read=_sentence(claim),
            verdict=_VERDICTS.get(claim["verdict"], ""),
            meant=meant.get(place, ""),
        )
        for place, claim in _shown(claims)
    ]
    return tuple(sorted(rows, key=lambda row: (claims[row.claim]["start"], claims[row.claim]["end"])))


# Private


def _shown(claims: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    others = [claim for claim in claims if claim["kind"] not in ("figure", *_SKIPPED)]
    for place, claim in enumerate(claims):
        inside = any(other["start"] <= claim["start"] and claim["end"] <= other["end"] for other in others)
        if claim["kind"] not in _SKIPPED and not (claim["kind"] == "figure" and inside):
            yield place, claim


def _sentence(claim: Mapping[str, Any]) -> str:
    words = _WORDS.get(claim["kind"], _figure)(claim, _named(claim["subject"]))
    if claim["polarity"] == "-":
        words = f"it is not so that {words}"
    if claim["attribution"] != "self":
        words = f"somebody else says: {words}"
    elif claim["modality"] == "hedged":
        words = f"perhaps {words}"
    when = _condition(claim["condition"]) if claim["kind"] != "flip" else ""
    return capitalised(f"{words}{f', when {when}' if when else ''}.")


def _share(claim: Mapping[str, Any], subject: str) -> str:
    return f"{subject} has a share of {_value(claim)}"


def _dominates(claim: Mapping[str, Any], subject: str) -> str:
    beside = f" over {_named(claim['object'])}" if claim["object"] else ""
    return f"{subject} dominates{beside}"


def _bound(claim: Mapping[str, Any], subject: str) -> str:
    return f"{subject} waits for {_named(claim['object'])}"


def _ceiling(claim: Mapping[str, Any], subject: str) -> str:
    gain = f"gains {_value(claim)}" if claim["unit"] == "%" else f"makes the step {_value(claim)} faster"
    return f"all of {subject} at no cost {gain}, at most"


def _speedup(claim: Mapping[str, Any], subject: str) -> str:
    return f"a faster {subject.removeprefix('the ')} makes the step {_value(claim)} faster"


def _action(claim: Mapping[str, Any], subject: str) -> str:
    lever = claim["lever"].replace("_", " ")
    return f"do this: {lever or f'work on {subject}'}"


def _flip(claim: Mapping[str, Any], _: str) -> str:
    when = _condition(claim["condition"])
    return f"the answer changes{f' when {when}' if when else ' sometimes'}"


def _scaling(claim: Mapping[str, Any], subject: str) -> str:
    return f"{subject} grows with {_parameter(claim['object'])}"


def _figure(claim: Mapping[str, Any], subject: str) -> str:
    about = f" about {subject}" if claim["subject"] else ""
    return f"a figure{about}: {_value(claim)}" if claim["value"] is not None else f"a remark{about}"


_WORDS: dict[str, Callable[[Mapping[str, Any], str], str]] = {
    "share": _share,
    "dominates": _dominates,
    "minor": lambda _, subject: f"{subject} is small",
    "bound": _bound,
    "ceiling": _ceiling,
    "speedup": _speedup,
    "action": _action,
    "verdict": lambda _, __: "you agree with what was proposed",
    "flip": _flip,
    "tradeoff": lambda _, __: "there is a trade-off",
    "verify": lambda _, __: "you would measure it",
    "formula": lambda _, __: "a formula",
    "scaling": _scaling,
}


def _named(name: str) -> str:
    return _NAMES.get(name, name.replace("_", " "))


def _parameter(name: str) -> str:
    return f"the {_PARAMETERS.get(name, name.replace('_', ' '))}"


def _condition(condition: Mapping[str, Any] | None) -> str:
    if condition is None or not condition["param"]:
        return ""
    sign = _SIGNS.get(condition["op"], condition["op"])
    value = condition["formula"] if condition["value"] is None else _plain(condition["value"])
    than = " than" if value and condition["op"] in "<>" else ""
    return f"{_parameter(condition['param'])} {sign}{than} {value}".strip()


def _value(claim: Mapping[str, Any]) -> str:
    value, unit = claim["value"], claim["unit"]
    if value is None:
        return "something"
    if unit in ("%", "fraction"):
        return percent(value)
    return times(value) if unit == "x" else quantity(value, unit or "1")


def _plain(value: object) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return count(value) if value >= 100 else quantity(value, "1")
    return str(value)
