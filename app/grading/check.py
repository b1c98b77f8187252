"""Claims against facts: right, close, loose, off or wrong, with the fact and the convention that matched."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from app.engine.facts import Fact
from app.engine.groups import Resource
from app.grading.claims import MARKERS, Claim, Kind
from app.grading.engine_facts import Engine
from app.grading.expression import value_of
from app.grading.ontology import ancestors, groups
from app.grading.quantity import Quantity, Unit
from app.grading.situation import condition_value, under_condition
from app.grading.tolerance import Verdict, best, closeness

PUT_FORWARD = ("right", "wrong")  # of a proposal that is a claim, not work on a component
MINOR_BELOW, MINOR_NOT_ABOVE = 0.10, 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A claim with what the engine says of it."""

    claim: Claim
    verdict: Verdict
    fact: str = ""
    convention: str = ""
    expected: float | str | None = None
    by_own_share: bool = False  # a ceiling that follows from the candidate's own share

    @property
    def said(self) -> float | str | None:
        return self.claim.quantity.value if self.claim.quantity else self.claim.subject or None


def checked(claims: Iterable[Claim], engine: Engine, *, proposal: str = "") -> tuple[Checked, ...]:
    """Every claim with its verdict; `proposal` is the component that the question's proposal works on."""
    everything = tuple(claims)
    own_shares = {c.subject: c.quantity.value for c in everything if c.kind is Kind.SHARE and c.own and c.quantity}
    ratios = _formula_ratios(everything, engine)
    return tuple(_checked(claim, engine, proposal, own_shares, ratios) for claim in everything)


def against(claim: Claim, facts: Iterable[Fact], *, is_speedup: bool | None = None) -> Checked:
    """A claim's quantity against any of the facts."""
    quantity = claim.quantity
    numbers = (fact for fact in facts if isinstance(fact.value, (int, float)) and not isinstance(fact.value, bool))
    return held(claim, ((quantity, fact) for fact in numbers if quantity), is_speedup=is_speedup)


def held(claim: Claim, pairs: Iterable[tuple[Quantity, Fact]], *, is_speedup: bool | None = None) -> Checked:
    """The kindest of a claim's readings against a fact each."""
    verdicts = (
        (
            closeness(quantity, float(fact.value), is_speedup=fact.unit == "x" if is_speedup is None else is_speedup),
            fact,
        )
        for quantity, fact in pairs
    )
    found = best(verdicts)
    if found is None:
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    verdict, fact = found
    return Checked(
        claim=claim,
        verdict=verdict,
        fact=fact.name,
        convention=f"{fact.basis}: {fact.convention}",
        expected=_number(fact),
    )


def _number(fact: Fact) -> float | str:
    return fact.value if isinstance(fact.value, str) else float(fact.value)


def _checked(
    claim: Claim, engine: Engine, proposal: str, own_shares: dict[str, float], ratios: dict[str, Verdict]
) -> Checked:
    if proposal in PUT_FORWARD:
        if claim.kind is Kind.VERDICT:
            agrees_with_truth = claim.polarity == (proposal == "right")
            return Checked(claim=claim, verdict=Verdict.RIGHT if agrees_with_truth else Verdict.WRONG)
        proposal = ""
    if claim.kind in (Kind.SAYS, Kind.FIGURE, *MARKERS) or not engine.analyses:
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    if claim.subject == "proposal" and claim.kind is not Kind.VERDICT:
        claim = replace(claim, subject=proposal or claim.subject)
    under = engine if claim.kind is Kind.FLIP else under_condition(claim, engine)
    if under is None:
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    if claim.kind is Kind.CEILING:
        return _ceiling(claim, under, proposal, own_shares)
    if claim.kind is Kind.FORMULA:
        return Checked(claim=claim, verdict=ratios.get(claim.formula, Verdict.UNVERIFIABLE))
    if claim.kind is Kind.VERDICT:
        return replace(_action(replace(claim, subject=proposal), under), claim=claim)
    check = _BY_KIND.get(claim.kind)
    return check(claim, under) if check else Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)


def _joined(component: str) -> str:
    return "+".join(sorted(groups(component))) or component


def _present(engine: Engine, component: str) -> list[str]:
    there = {str(group) for group in engine.analyses[engine.main].groups}
    return sorted(groups(component) & there)


def _all(engine: Engine, paths: Iterable[str]) -> Iterator[Fact]:
    for path in paths:
        yield from engine.known(path)


def _bases(claim: Claim, engine: Engine) -> tuple[str, ...]:
    """The basis that the text names; silent, FLOPs where compute binds, else time as well."""
    if claim.basis in ("flops", "time"):
        return (claim.basis,)
    compute = engine.analyses[engine.main].bottleneck.resource is Resource.COMPUTE
    return ("flops",) if compute else ("flops", "time")


def _names(claim: Claim, engine: Engine, family: str) -> list[str]:
    """Facts a claim may mean: its component, with and without the head where the head is small change."""
    parts = _present(engine, claim.subject)
    options = {"+".join(parts), "+".join(part for part in parts if part != "head")} if parts else set()
    return [
        f"{engine.main}.{family}.{basis}.{option}"
        for basis in _bases(claim, engine)
        for option in sorted(options)
        if option
    ]


def _share(claim: Claim, engine: Engine) -> Checked:
    if claim.basis == "parameters":
        return _share_of_weights(claim, engine)
    return _with_polarity(against(claim, _all(engine, _names(claim, engine, "share"))))


def _share_of_weights(claim: Claim, engine: Engine) -> Checked:
    """A share of the weights is a share of the linear FLOPs: every weight multiplies once per token."""
    linear = [name for name in _present(engine, "linear") if name != "head"]
    whole = next(iter(engine.known(f"{engine.main}.share.flops.{'+'.join(linear)}")), None)
    part = next(iter(_all(engine, _names(replace(claim, basis="flops"), engine, "share"))), None)
    if not whole or not part:
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    return against(
        claim, [replace(part, value=float(part.value) / float(whole.value), convention="of the weights that multiply")]
    )


def _with_polarity(found: Checked) -> Checked:
    """Denying a true number is wrong; denying a false one says nothing."""
    if found.claim.polarity or found.verdict is Verdict.UNVERIFIABLE:
        return found
    denies_truth = found.verdict in (Verdict.RIGHT, Verdict.CLOSE)
    return replace(found, verdict=Verdict.WRONG if denies_truth else Verdict.UNVERIFIABLE)


def _ceiling(claim: Claim, engine: Engine, proposal: str, own_shares: dict[str, float]) -> Checked:
    subject = claim.subject or proposal
    if not groups(subject):
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    about = replace(claim, subject=subject)
    found = _with_polarity(against(about, _all(engine, _names(about, engine, "ceiling")), is_speedup=True))
    share = own_shares.get(subject)
    if found.verdict not in (Verdict.RIGHT, Verdict.CLOSE) and share and share < 1 and claim.quantity:
        follows = closeness(claim.quantity, 1 / (1 - share), is_speedup=True) in (Verdict.RIGHT, Verdict.CLOSE)
        return replace(found, by_own_share=follows)
    return found


def _dominance(claim: Claim, engine: Engine) -> Checked:
    main = engine.analyses[engine.main].bottleneck
    bases = {"flops": str(main.component_by_flops), "time": str(main.component)}
    binding = {bases[claim.basis]} if claim.basis in bases else set(bases.values())
    right = bool(binding & groups(claim.subject)) or any(part in ancestors(claim.subject) for part in binding)
    if not groups(claim.subject):
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    second = not right and not claim.polarity
    verdict = Verdict.RIGHT if right == claim.polarity or second else Verdict.WRONG
    if not right and claim.polarity and claim.subject in _siblings(str(main.component)):
        verdict = Verdict.UNVERIFIABLE  # "the projections take most of the rest"
    return Checked(
        claim=claim, verdict=verdict, fact=f"{engine.main}.bottleneck.component", expected=str(main.component)
    )


def _siblings(component: str) -> frozenset[str]:
    return frozenset({"mlp", "projections", "head", "experts"}) if "linear" in ancestors(component) else frozenset()


def _minor(claim: Claim, engine: Engine) -> Checked:
    shares = list(_all(engine, _names(claim, engine, "share")))
    if not shares:
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    fact = min(shares, key=lambda item: float(item.value))
    value = float(fact.value)
    small = value < MINOR_BELOW
    verdict = (
        Verdict.RIGHT if small == claim.polarity else Verdict.WRONG if value > MINOR_NOT_ABOVE or small else Verdict.OFF
    )
    return Checked(claim=claim, verdict=verdict, fact=fact.name, convention=fact.convention, expected=value)


def _bound(claim: Claim, engine: Engine) -> Checked:
    parts = _present(engine, claim.subject) if claim.subject not in ("", "step") else []
    name = f"bound.{parts[0]}" if len(parts) == 1 else "bottleneck.resource"
    facts = engine.known(f"{engine.main}.{name}")
    if not facts:
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    right = (str(facts[0].value) == claim.object) == claim.polarity
    if not claim.polarity and not right:
        return Checked(claim=claim, verdict=Verdict.WRONG, fact=facts[0].name, expected=str(facts[0].value))
    return Checked(
        claim=claim, verdict=Verdict.RIGHT if right else Verdict.WRONG, fact=facts[0].name, expected=str(facts[0].value)
    )


def _speedup(claim: Claim, engine: Engine) -> Checked:
    if not claim.factor or not claim.subject:
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    return against(claim, _all(engine, [f"{name}.{claim.factor:g}" for name in _names(claim, engine, "speedup")]))


def _action(claim: Claim, engine: Engine) -> Checked:
    """Working on what binds is right, on what is small wrong; turning it down the other way round."""
    if claim.lever:
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    where = _dominance(replace(claim, polarity=True), engine)
    if where.verdict is Verdict.RIGHT:
        return replace(where, claim=claim, verdict=Verdict.RIGHT if claim.polarity else Verdict.WRONG)
    size = _minor(replace(claim, polarity=True), engine)
    if size.verdict is Verdict.RIGHT:
        return replace(size, claim=claim, verdict=Verdict.WRONG if claim.polarity else Verdict.RIGHT)
    return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)


def _flip(claim: Claim, engine: Engine) -> Checked:
    """A stated threshold against the place where the largest component changes hands."""
    value = condition_value(claim, engine)
    if claim.condition is None or not value or claim.condition.param not in ("", "seq_len"):
        return Checked(claim=claim, verdict=Verdict.UNVERIFIABLE)
    length = engine.parameter("seq_len")
    facts = _all(engine, [f"{engine.main}.flip.{basis}{length}.attention_core_vs_mlp" for basis in ("", "time.")])
    number = Quantity(value=value, lo=value, hi=value, unit=Unit.TOKEN, span=claim.span)
    return replace(against(replace(claim, quantity=number), facts), claim=claim)


def _formula_ratios(claims: tuple[Claim, ...], engine: Engine) -> dict[str, Verdict]:
    """Formulas are right when their ratios are the engine's: 16d^2 to 8d^2 to 4sd as the components' FLOPs."""
    if not engine.analyses:
        return {}
    numbers = engine.numbers()
    sized: list[tuple[str, float, float]] = []
    verdicts: dict[str, Verdict] = {}
    for claim in claims:
        value = value_of(claim.formula, numbers) if claim.kind is Kind.FORMULA and claim.own else None
        fact = next(iter(_all(engine, _names(replace(claim, basis="flops"), engine, "share"))), None) if value else None
        if not value or fact is None:
            continue
        if value < 1:
            factor = max(value / float(fact.value), float(fact.value) / value) if fact.value else 9.0
            verdicts[claim.formula] = Verdict.RIGHT if factor < 1.1 else Verdict.UNVERIFIABLE
        else:
            sized.append((claim.formula, value, float(fact.value)))
    for formula, value, share in sized:
        if any(
            other != formula and 0.9 < (value / size) / (share / part) < 1.1 and abs(share / part - 1) > 0.01
            for other, size, part in sized
            if part and share
        ):
            verdicts[formula] = Verdict.RIGHT
    return verdicts


_BY_KIND: dict[Kind, Callable[[Claim, Engine], Checked]] = {
    Kind.SHARE: _share,
    Kind.SPEEDUP: _speedup,
    Kind.DOMINATES: _dominance,
    Kind.MINOR: _minor,
    Kind.BOUND: _bound,
    Kind.ACTION: _action,
    Kind.FLIP: _flip,
}
