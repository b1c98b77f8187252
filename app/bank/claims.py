"""A figure worked out by hand, held against the engine's."""

from collections.abc import Sequence

from app.bank.errors import Problems
from app.bank.figures import Names, figure
from app.bank.key import Claim
from app.bank.schema.claims import ClaimForm
from app.engine.expressions import is_expression
from app.engine.facts import Fact

HAND_TOLERANCE = 0.02  # between the engine and a figure that a person worked out by hand
SMALLEST_GAIN = 0.01  # below it the gain of a speed-up is rounding


def checked_claims(forms: Sequence[ClaimForm], place: str, names: Names, problems: Problems) -> tuple[Claim, ...]:
    """The claims that could be read; those that the engine refutes are noted as well."""
    read = (_claim(form, f"{place}.{i}", names, problems) for i, form in enumerate(forms))
    return tuple(claim for claim in read if claim is not None)


def holds(form: ClaimForm, found: Fact) -> bool:
    """Whether the figure is what the claim says."""
    if form.is_ is not None:
        return found.value == form.is_
    if isinstance(found.value, bool | str):
        return False
    if form.between is not None:
        low, high = form.between
        return low <= found.value <= high
    by_hand = form.by_hand or 0.0
    # Of a speed-up the gain counts: a hundredth more is half of a ceiling of 1.02x, not one percent.
    size = max(abs(by_hand - 1), SMALLEST_GAIN) if found.unit == "x" else abs(by_hand)
    return abs(found.value - by_hand) <= HAND_TOLERANCE * size


def _claim(form: ClaimForm, place: str, names: Names, problems: Problems) -> Claim | None:
    found = problems.reading(place, lambda: claimed(form, names))
    if found is None:
        return None
    expected = _expected(form, found)
    if not holds(form, found):
        problems.refute(place, f"{form.fact} is {found.value}, the author says {expected}; one of them is wrong")
    return Claim(reference=form.fact, fact=found, expected=expected)


def claimed(form: ClaimForm, names: Names) -> Fact:
    """The figure that a claim is about. Its unit says nothing here, so arithmetic needs none."""
    needs_unit = is_expression(form.fact) and "|" not in form.fact
    return figure(f"{form.fact} | 1" if needs_unit else form.fact, names)


def _expected(form: ClaimForm, found: Fact) -> str:
    if form.is_ is not None:
        return str(form.is_)
    if isinstance(found.value, bool | str):
        return "a number"
    if form.between is not None:
        return f"between {form.between[0]} and {form.between[1]}"
    return f"{form.by_hand or 0.0}, worked by hand"
