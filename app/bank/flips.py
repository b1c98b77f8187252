"""Flips of a question: where its answer turns along one variable, found by bisection, held against the author's range.

The boundary is the first change on the way from the question's own situation; each side is as the author states it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import floor, sqrt

from app.bank.errors import Refuted
from app.bank.figures import Names, figure, number
from app.bank.laws import AppliedLaw
from app.bank.schema.key import FlipForm, SideForm
from app.engine.analysis import analyze
from app.engine.flips import Basis, group_sizes, value_of
from app.engine.scenario import Scenario

_SCAN = 8  # parts in which each stretch is looked at
_NARROW = 1e-7  # width of the last bracket, as a ratio
_ROUNDING = 1e-5  # a boundary has six digits: so far beyond it the other side holds


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFlip:
    """The boundary, what holds before and after it on the way from the question's situation, and the author's range."""

    name: str
    variable: str
    where: str  # the scenario or the law whose number is moved
    own: float  # the question's own value of the variable
    at: float
    before: str
    after: str
    between: tuple[float, float]


class NotThere(Refuted):
    """The flip is not as the author states it; `found` is where the engine finds it instead, if anywhere."""

    def __init__(self, said: str, found: FoundFlip | None) -> None:
        super().__init__(said)
        self.found = found


def found_flip(form: FlipForm, names: Names, laws: Mapping[str, AppliedLaw], *, scenario: str | None) -> FoundFlip:
    """The flip that the author describes; NotThere when it is not so. `scenario`: that of the prediction."""
    where = form.law or form.scenario or scenario
    if where is None or (form.law or where) not in (laws if form.law else names.analyses):
        raise ValueError(f"{'law' if form.law else 'scenario'}: {where!r} is not one of this question")
    moved, own = _mover(form, names, laws, where)
    test, whole = _holds_before(form, names, where, moved), _is_whole(form, names, where)
    try:
        return _found(form, where, own, _boundary(form, own, test, whole=whole))
    except Refuted as error:
        at = _nearest(own, test, whole=whole)
        if at is None:
            raise NotThere(str(error), None) from None
        raise NotThere(f"{error}; the engine finds it at {at:g}", _found(form, where, own, at)) from None


def _found(form: FlipForm, where: str, own: float, at: float) -> FoundFlip:
    return FoundFlip(
        name=form.name,
        variable=form.variable,
        where=where,
        own=own,
        at=at,
        before=_words(form.from_, form),
        after=_words(form.to, form),
        between=form.between,
    )


Moved = Callable[[float], Names]
Test = Callable[[float], bool | None]  # True while the first side holds, False once the second does, None for neither


def _mover(form: FlipForm, names: Names, laws: Mapping[str, AppliedLaw], where: str) -> tuple[Moved, float]:
    if form.law:
        law = laws[form.law]
        if form.variable not in law.arguments:
            raise ValueError(f"variable: {form.variable!r} is not an argument of {law.law}")

        def law_moved(value: float) -> Names:
            return replace(names, laws={**names.laws, where: law.moved(form.variable, value).fact})

        return law_moved, law.arguments[form.variable]

    scenario = names.analyses[where].scenario

    def scenario_moved(value: float) -> Names:
        return replace(names, analyses={**names.analyses, where: analyze(scenario.vary(form.variable, value))})

    return scenario_moved, _own_value(scenario, form.variable)


def _own_value(scenario: Scenario, variable: str) -> float:
    value = value_of(scenario, variable)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"variable: {variable!r} is not a number of the scenario; a variant shows such a change")
    return value


def _is_whole(form: FlipForm, names: Names, where: str) -> bool:
    """Whether the variable takes whole numbers only, as the degrees of a plan do."""
    if form.law:
        return False
    try:
        names.analyses[where].scenario.vary(form.variable, floor(form.between[0]) + 0.5)
    except ValueError:
        return True
    return False


def _holds_before(form: FlipForm, names: Names, where: str, moved: Moved) -> Test:
    if form.from_.given[0] in _BASES and not form.law:
        return _leading(names.analyses[where].scenario, form)

    def test(value: float) -> bool | None:
        names = moved(value)
        if form.from_.larger is not None and form.to.larger is not None:
            return number(form.from_.larger, names) >= number(form.to.larger, names)
        if _holds(form.from_, form, where, names):
            return True
        return False if _holds(form.to, form, where, names) else None

    return test


_BASES = {"component": Basis.TIME, "component_by_flops": Basis.FLOPS}


def _leading(scenario: Scenario, form: FlipForm) -> Test:
    """Which group is the largest, without the rest of an analysis: most flips are of this kind."""
    (kind, before), (_, after) = form.from_.given, form.to.given

    def test(value: float) -> bool | None:
        sizes = group_sizes(scenario.vary(form.variable, value), _BASES[kind])
        largest = max(sizes, key=sizes.__getitem__)
        return {before: True, after: False}.get(str(largest))

    return test


def _holds(side: SideForm, form: FlipForm, where: str, names: Names) -> bool:
    kind, stated = side.given
    match kind:
        case "resource":
            return figure(f"{where}.bottleneck.resource", names).value == stated
        case "above":
            return number(form.fact or "", names) > float(stated)
        case "below":
            return number(form.fact or "", names) < float(stated)
    return figure(form.fact or "", names).value == stated


def _boundary(form: FlipForm, own: float, test: Test, *, whole: bool) -> float:
    if not test(own):
        raise Refuted(f"from: does not hold in the question's own situation, at {form.variable} {own:g}")
    near = min(max(own, form.between[0]), form.between[1])
    early = next((value for value in (*_between(own, near, whole=whole), near) if not test(value)), None)
    if early is not None:
        raise Refuted(f"between: the answer turns earlier, before {form.variable} {early:g}")
    far = _far_end(form, near, test)
    at = _bisected(near, far, test, whole=whole)
    beyond = at if whole else at * (1 + _ROUNDING if far > near else 1 - _ROUNDING)
    if test(beyond) is not False:
        raise Refuted(f"to: does not hold just beyond the boundary, at {form.variable} {at:g}")
    if any(test(value) is not False for value in _between(beyond, far, whole=whole)):
        raise Refuted("between: the answer turns more than once in this range; narrow it")
    return at


def _far_end(form: FlipForm, near: float, test: Test) -> float:
    """The end of the range at which the second side holds."""
    low, high = form.between
    for far in (high, low):
        if far != near and test(far) is False:
            return far
    raise Refuted(f"between: no boundary in this range; from still holds, or to does not, at {low:g} and {high:g}")


def _nearest(own: float, test: Test, *, whole: bool) -> float | None:
    """The boundary next to the question's own value, within a factor of 4096; None where there is none."""
    start = test(own)
    if start is None:
        return None
    factors = [2 ** (k / 4) for k in range(1, 49)]
    for steps in ([own * factor for factor in factors], [own / factor for factor in factors]):
        near = own
        for value in (float(round(step)) for step in steps) if whole else steps:
            try:
                found = test(value)
            except ValueError:
                break  # beyond what the scenario can be
            if found is (not start):
                return _bisected(near, value, lambda value: test(value) is start, whole=whole)
            near = value
    return None


def _between(start: float, end: float, *, whole: bool) -> list[float]:
    """Some points strictly between two values."""
    points = (start + (end - start) * i / _SCAN for i in range(1, _SCAN))
    if start > 0 and end > 0:
        points = (start * (end / start) ** (i / _SCAN) for i in range(1, _SCAN))
    return sorted({float(round(point)) for point in points} - {start, end}) if whole else list(points)


def _bisected(near: float, far: float, test: Test, *, whole: bool) -> float:
    while True:
        middle = sqrt(near * far) if near > 0 else (near + far) / 2
        if whole:
            middle = float(round(middle))
            if middle in (near, far):
                return far
        elif abs(far / near - 1) < _NARROW if near > 0 else abs(far - near) < _NARROW:
            return float(f"{middle:.6g}")
        near, far = (middle, far) if test(middle) else (near, middle)


def _words(side: SideForm, form: FlipForm) -> str:
    kind, stated = side.given
    match kind:
        case "component" | "component_by_flops" | "resource":
            return str(stated)
        case "larger":
            return f"{stated} is larger"
        case "above" | "below":
            return f"{form.fact} is {kind} {stated:g}"
    return f"{form.fact} is {stated}"
