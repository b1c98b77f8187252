"""What a rubric listens for in its own words: a statement heard in a sentence, with the stance it stands in."""

from collections.abc import Iterable, Iterator

from app.grading.claims.claim import Claim, Kind, claim
from app.grading.frame import Frame
from app.grading.stance import contrasted_at, denied
from app.grading.statement import NEAR, Heard


def statement_claims(frame: Frame, found: Iterable[Heard]) -> Iterator[Claim]:
    """One claim a statement; a negator among its own words is part of what it says, one before it denies it."""
    for statement in found:
        if statement.name.startswith(NEAR):
            name = statement.name.removeprefix(NEAR)
            yield claim(frame, Kind.NEAR, *statement.spans, rule="near", object=name, condition=None)
            continue
        affirmed = not denied(frame, statement.spans) and not contrasted_at(frame, statement.spans[0].start)
        yield claim(
            frame, Kind.SAYS, *statement.spans, rule="says", object=statement.name, polarity=affirmed, condition=None
        )
