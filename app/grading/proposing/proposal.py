"""Proposal: one claim as a model puts it, before anything of it is believed; and the form that a reply must have."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from app.grading.claims import Kind
from app.grading.lexicon_components import COMPONENTS, RESOURCES, VARIABLES
from app.grading.lexicon_levers import LEVERS
from app.grading.stance import Attribution, Modality

MOST = 40  # claims in one reply; more is no reading but noise
LONGEST_QUOTE = 600  # characters; sentences are shorter

KINDS = (
    Kind.SHARE, Kind.DOMINATES, Kind.MINOR, Kind.BOUND, Kind.CEILING, Kind.ACTION, Kind.VERDICT, Kind.FLIP, Kind.VERIFY,
)  # fmt: skip
MODALITIES = (Modality.CERTAIN, Modality.LIKELY, Modality.HEDGED)
ATTRIBUTIONS = (Attribution.SELF, Attribution.OTHER, Attribution.HYPOTHETICAL)
_CHOICES: dict[str, tuple[str, ...]] = {
    "kind": tuple(map(str, KINDS)),
    "subject": ("", *(name for name in COMPONENTS if name != "proposal")),
    "resource": ("", *RESOURCES),
    "lever": ("", *LEVERS),
    "polarity": ("+", "-"),
    "modality": tuple(map(str, MODALITIES)),
    "attribution": tuple(map(str, ATTRIBUTIONS)),
    "variable": ("", *VARIABLES),
    "direction": ("", ">", "<", "="),
}
_NUMBERS = ("number", "threshold")


class Malformed(ValueError):
    """A reply that is not of the form that was asked for; nothing of it is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`sentence` counts from 1, as the sentences were numbered; numbers only point at what the quote says."""

    sentence: int
    quote: str
    kind: str
    subject: str = ""
    resource: str = ""
    lever: str = ""
    number: float | None = None
    polarity: str = "+"
    modality: str = "certain"
    attribution: str = "self"
    variable: str = ""
    direction: str = ""
    threshold: float | None = None


def schema() -> dict[str, Any]:
    """The JSON Schema of a reply; every field is there, since strict servers ask for that."""
    fields: dict[str, Any] = {"sentence": {"type": "integer"}, "quote": {"type": "string"}}
    fields |= {name: {"type": "string", "enum": list(choices)} for name, choices in _CHOICES.items()}
    fields |= {name: {"type": ["number", "null"]} for name in _NUMBERS}
    claim = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    claims = {"type": "array", "maxItems": MOST, "items": claim}
    return {
        "type": "object",
        "properties": {"claims": claims},
        "required": ["claims"],
        "additionalProperties": False,
    }


def proposals_of(reply: str) -> tuple[Proposal, ...]:
    """The claims of a reply that fit the schema; Malformed when the reply as a whole does not."""
    try:
        found = json.loads(_unfenced(reply))
    except (ValueError, RecursionError):
        raise Malformed("not JSON") from None
    claims = found.get("claims") if isinstance(found, dict) and set(found) == {"claims"} else None
    if not isinstance(claims, list) or len(claims) > MOST:
        raise Malformed("not an object with a list of claims, or with too many")
    return tuple(_fitting(claims))


def proposal_to_mapping(proposal: Proposal) -> dict[str, Any]:
    """As it is stored with a grade, to be read again when the grade is looked at again."""
    return asdict(proposal)


def proposal_from_mapping(stored: Mapping[str, Any]) -> Proposal:
    """A proposal that was stored."""
    return Proposal(**stored)


def _unfenced(reply: str) -> str:
    """Many models wrap what they write in a fence, whatever they are told."""
    bare = reply.strip()
    if bare.startswith("```") and bare.endswith("```"):
        bare = bare.removesuffix("```").partition("\n")[2]
    return bare


def _fitting(claims: list[Any]) -> Iterator[Proposal]:
    names = {"sentence", "quote", "kind"}
    known = {"sentence", "quote", *_CHOICES, *_NUMBERS}
    for claim in claims:
        if isinstance(claim, dict) and names <= set(claim) <= known and _fits(claim):
            yield Proposal(**claim)


def _fits(claim: Mapping[str, Any]) -> bool:
    quote, sentence = claim["quote"], claim["sentence"]
    return (
        type(sentence) is int
        and isinstance(quote, str)
        and 0 < len(quote) <= LONGEST_QUOTE
        and all(claim.get(name, choices[0]) in choices for name, choices in _CHOICES.items() if name != "kind")
        and claim["kind"] in _CHOICES["kind"]
        and all(_is_number(claim.get(name)) for name in _NUMBERS)
    )


def _is_number(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e30
