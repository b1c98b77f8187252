"""Objection: a claim is not what the candidate meant. One line of a corpus for whoever improves the grader."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

LONGEST_NOTE = 4_000  # characters

# What of a stored claim says how it was understood; the verdict and the engine's number are the key's, not the reading.
UNDERSTOOD = (
    "kind", "subject", "object", "lever", "value", "unit", "polarity", "modality", "attribution", "condition", "rule",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """The answer by its hash only; of its words only those that the claim was read in."""

    question: str
    answer_sha256: str
    start: int
    end: int
    quote: str
    understood: Mapping[str, Any]
    note: str  # what was meant, in the candidate's words; "" when only the reading is disputed
    grader_version: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.quote):
            raise ValueError(f"span: {self.start} to {self.end} are not the {len(self.quote)} characters of the quote")
        if len(self.note) > LONGEST_NOTE:
            raise ValueError(f"note: {len(self.note):,} characters are more than {LONGEST_NOTE:,}")
        if unknown := set(self.understood) - set(UNDERSTOOD):
            raise ValueError(f"understood: {', '.join(sorted(unknown))} does not belong there")


def objection_to(claim: Mapping[str, Any], answer: str, *, question: str, note: str, grader_version: str) -> Objection:
    """The objection to a claim as it was stored with a grade of that answer."""
    start, end = claim["start"], claim["end"]
    return Objection(
        question=question,
        answer_sha256=answer_sha256(answer),
        start=start,
        end=end,
        quote=answer[start:end],
        understood={name: claim[name] for name in UNDERSTOOD if name in claim},
        note=" ".join(note.split()),
        grader_version=grader_version,
    )


def answer_sha256(answer: str) -> str:
    """Names an answer without giving it away; half characters count as what they are stored as."""
    return hashlib.sha256(answer.encode("utf-8", "replace")).hexdigest()


def objection_to_mapping(objection: Objection) -> dict[str, Any]:
    """One line of a corpus, as plain values."""
    return {field.name: getattr(objection, field.name) for field in fields(objection)}


def objection_from_mapping(written: Mapping[str, Any]) -> Objection:
    """Read a line of a corpus; ValueError names what is missing, too much or does not fit."""
    names = {field.name for field in fields(Objection)}
    if missing := sorted(names - set(written)):
        raise ValueError(f"{missing[0]}: missing")
    if unknown := sorted(set(written) - names):
        raise ValueError(f"{unknown[0]}: not a field; there are {', '.join(sorted(names))}")
    for name in ("start", "end"):
        if type(written[name]) is not int:
            raise ValueError(f"{name}: {written[name]!r} is not a whole number")
    for name in ("question", "answer_sha256", "quote", "note", "grader_version"):
        if not isinstance(written[name], str):
            raise ValueError(f"{name}: {written[name]!r:.60} is not a text")
    if not isinstance(written["understood"], Mapping):
        raise ValueError("understood: not a mapping")
    return Objection(**written)
