"""Conditions: under which variable, in which direction, at which value a sentence says something holds."""

import re
from dataclasses import dataclass

from app.grading.expression import formulas
from app.grading.frame import Frame
from app.grading.lexicon import Tag
from app.grading.ontology import Mention
from app.grading.quantity import Comparator, Unit
from app.grading.text import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a claim holds: a variable, the direction of its change, a value or a formula for it."""

    param: str  # "" when only a number is given ("at 128k")
    op: str = ""  # ">" for more or longer, "<" for less, "=" for at
    value: float | None = None
    formula: str = ""
    span: Span


def conditions(frame: Frame) -> tuple[Condition, ...]:
    """Every condition of the sentence, by clause (if, when, until) or by preposition (at 128k, beyond s = 4d)."""
    if "conditions" not in frame.remembered:
        frame.remembered["conditions"] = tuple(_conditions(frame))
    found: tuple[Condition, ...] = frame.remembered["conditions"]
    return found


def _conditions(frame: Frame) -> list[Condition]:
    if not (frame.has(Tag.VARIABLE) or frame.quantities):
        return []
    found: list[Condition] = []
    for index, clause in enumerate(frame.sentence.clauses):
        if clause.opener in CONDITIONAL:
            condition = condition_in(frame, clause.span)
            if condition:
                found.append(condition)
                continue
        found += _prepositional(frame, index)
    return found


def condition_at(frame: Frame, position: int) -> Condition | None:
    """The condition a claim at this place stands under; it reaches over the sentence, not past a semicolon or "but"."""
    for condition in conditions(frame):
        if reaches(frame, frame.clause(condition.span.start), frame.clause(position)):
            return condition
    return None


def condition_in(frame: Frame, span: Span, *, variable: Mention | None = None) -> Condition | None:
    """The condition that a stretch states, if it has a variable."""
    index = frame.clause(span.start)
    variables = [variable] if variable else list(frame.in_clause(index, Tag.VARIABLE))
    strong = [m for m in variables if m.span.end - m.span.start > 1] or variables
    if not strong:
        return None
    chosen = next((m for m in strong if m.id == "attention"), strong[0])
    value, formula = _threshold(frame, Span(span.start, _next_end(frame, index)), chosen)
    return Condition(
        param=chosen.id,
        op=_direction(frame, span),
        value=value,
        formula=formula,
        span=Span(span.start, max(chosen.span.end, span.end)),
    )


CONDITIONAL = frozenset({"if", "when", "whenever", "unless", "until", "once", "as long as", "provided", "except"})
_STRONG = frozenset(
    {";", "but", "however", "yet", "although", "though", "while", "whereas", "even though", "(", "[", "—"}
)


def reaches(frame: Frame, condition: int, claim: int) -> bool:
    lo, hi = sorted((condition, claim))
    return not any(frame.sentence.clauses[index].opener in _STRONG for index in range(lo + 1, hi + 1))


def _prepositional(frame: Frame, index: int) -> list[Condition]:
    clause = frame.sentence.clauses[index]
    found: list[Condition] = []
    written = [formula.span for formula in formulas(frame.text.plain, clause.span)]
    for mention in frame.in_clause(index, Tag.VARIABLE):
        if any(mention.span.touches(span) for span in written):
            continue
        if _PREPOSITION.search(frame.before(mention.span.start)) or frame.in_clause(index, Tag.EQUAL):
            condition = condition_in(frame, clause.span, variable=mention)
            if condition:
                return [condition]
    for number in frame.quantities:
        if frame.clause(number.span.start) != index or number.unit not in (Unit.NUMBER, Unit.TOKEN, Unit.SEQUENCE):
            continue
        if (
            re.search(
                r"\b(?:at|beyond|above|past|below|from|until|around|near|over|under|for)\s(?:about |around |"
                r"roughly |a |the |batch |batch size |~)?$",
                frame.before(number.span.start),
            )
            and number.value >= 1
        ):
            param = (
                "batch"
                if number.unit is Unit.SEQUENCE or "batch" in frame.before(number.span.start, 14)
                else "seq_len"
                if number.value >= 256
                else ""
            )
            found.append(
                Condition(
                    param=param,
                    op=_direction(frame, clause.span),
                    value=number.value,
                    span=Span(number.span.start, number.span.end),
                )
            )
            break
    return found


_PREPOSITION = re.compile(
    r"(?:\b(?:at|beyond|above|past|below|under|over|for|with|by|around|near|from|until|till|only in|in|exceeds?|"
    r"exceeding|approaches|reaches|than|to|when|about|batch|>|>>)|[><~=])\s?(?:about |around |roughly |a |an |the |"
    r"much |very |far |say |some |of |only |really |any |batch |context |sequence |seq |length |lengths |s |n |= |"
    r"~ |~|>|longer |shorter |larger |bigger |smaller |high |higher |low |small |large |big |long |short )*$"
)


def _next_end(frame: Frame, index: int) -> int:
    """A threshold may stand in brackets just after: "once s >> 4d (~50k)"."""
    clauses = frame.sentence.clauses
    following = index + 1 < len(clauses) and clauses[index + 1].opener in ("(", "[")
    return clauses[index + 1].span.end if following else clauses[index].span.end


def _threshold(frame: Frame, span: Span, variable: Mention) -> tuple[float | None, str]:
    expressions = [f for f in formulas(frame.text.plain, span) if not f.span.touches(variable.span)]
    numbers = [
        q
        for q in frame.quantities
        if span.start <= q.span.start < span.end
        and q.unit in (Unit.NUMBER, Unit.TOKEN, Unit.SEQUENCE, Unit.LAYER, Unit.DEVICE)
        and not any(f.span.touches(q.span) for f in expressions)
    ]
    value = numbers[0].value if numbers else None
    formula = expressions[0].text if expressions else ""
    if not formula and value is None:
        formula = _named_width(frame, span, variable)
    return value, formula


_WIDTH = re.compile(
    r"\b(?:(several times|a few times|many times|four times|4x|4 times|twice|much longer than|"
    r"far longer than)\s)?(?:\w+\s){0,4}?(d_model|d model|hidden size|hidden dimension|model width|width|d)\b"
)


def _named_width(frame: Frame, span: Span, variable: Mention) -> str:
    """ "Several times the hidden size" is 4 d, "comparable with d" is d."""
    if variable.id != "seq_len":
        return ""
    match = _WIDTH.search(frame.text.keys, span.start, span.end)
    if not match or match.start(2) < variable.span.end:
        return ""
    return (
        "4*d_model"
        if "several times" in frame.text.keys[span.start : span.end]
        or match[1] in ("four times", "4x", "4 times", "a few times")
        else "d_model"
    )


def _direction(frame: Frame, span: Span) -> str:
    inside = [m for m in frame.mentions if span.start <= m.span.start < span.end]
    words = frame.text.keys[span.start : span.end]
    more = any(m.tag is Tag.INCREASE for m in inside) or bool(
        re.search(r"\b(?:long|large|several|thousands|approaches)\b|>>", words)
    )
    less = any(m.tag is Tag.DECREASE for m in inside)
    if more != less:
        return ">" if more else "<"
    numbers = [q for q in frame.quantities if span.start <= q.span.start < span.end]
    if numbers and numbers[0].comparator is not Comparator.EQUAL:
        return ">" if numbers[0].comparator is Comparator.AT_LEAST else "<"
    return "="
