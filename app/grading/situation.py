"""Where a claim is meant to hold: this situation, or the engine re-run under the candidate's condition."""

from app.grading.claims import Claim
from app.grading.engine_facts import Engine
from app.grading.expression import value_of

FAR = 64.0  # "never", "whatever the length": checked this many times further out


def under_condition(claim: Claim, engine: Engine) -> Engine | None:
    """The engine where the claim is meant to hold; None when that place has no number or is a different design."""
    condition = claim.condition
    if condition is None or is_own_situation(claim, engine):
        return engine
    if condition.op == "any":
        return engine.varied(condition.param, FAR * (engine.own_value(condition.param) or 1.0))
    value = condition_value(claim, engine)
    return engine.varied(condition.param, value) if value else None


def condition_value(claim: Claim, engine: Engine) -> float | None:
    """The number of a condition: written, or its formula's value in this scenario."""
    condition = claim.condition
    if condition is None:
        return None
    computed = value_of(condition.formula, engine.numbers()) if condition.formula else None
    return computed if computed is not None else condition.value


def is_own_situation(claim: Claim, engine: Engine) -> bool:
    """ "At 2048" in a question at 2,048 tokens is no condition at all; nor is a letter without a value."""
    condition = claim.condition
    if condition is None:
        return True
    if condition.op == "any":
        return False
    value = condition_value(claim, engine)
    if value is None:
        return False
    own = engine.own_value(condition.param)
    return own is not None and own > 0 and abs(value / own - 1) <= 0.1
