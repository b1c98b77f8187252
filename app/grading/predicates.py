"""Predicates of a rubric: patterns that a claim may match, read from the file."""

from collections.abc import Mapping

from app.grading.claims import Kind
from app.grading.criteria import Expected, LeverKind, Pattern, Target, Where, Written
from app.grading.lexicon_components import COMPONENTS, RESOURCES, VARIABLES
from app.grading.lexicon_levers import LEVERS
from app.grading.rubric_fields import BadRubric, mapping, needed, only, texts
from app.grading.statement import NEAR, Statements, statements_of

# Short forms of the commonest predicates; each stands for a claim with a plus.
SHORT_FORMS = ("says", "figure", "lever", "flip")
_FIELDS = (
    "claim", "subject", "unnamed", "object", "value", "polarity", "condition", "lever", "verdict", "method_credit",
    "unit", "text", "near", "bare_percent", "supposed",
)  # fmt: skip


def is_pattern(written: object) -> bool:
    """Is this a pattern for claims, rather than a condition on other predicates?"""
    return isinstance(written, Mapping) and any(name in written for name in ("claim", *SHORT_FORMS))


def pattern_of(name: str, short: Written) -> Pattern:
    """The pattern of a predicate; BadRubric names the field and the remedy."""
    path = f"predicates.{name}"
    written = _long(short)
    only(written, path, _FIELDS)
    kind = str(needed(written, path, "claim"))
    if kind not in set(Kind):
        raise BadRubric(f"{path}.claim: {kind!r} is no kind of claim; there are {', '.join(Kind)}")
    polarity = {"+": True, "-": False, None: None}.get(written.get("polarity"), "bad")
    if polarity == "bad":
        raise BadRubric(f'{path}.polarity: write "+" or "-"')
    if (kind == Kind.SAYS) != ("text" in written):
        raise BadRubric(f"{path}.text: belongs to a claim that says something, and to no other")
    return Pattern(
        name=name,
        kind=Kind(kind),
        subject=_target(written["subject"], f"{path}.subject") if "subject" in written else None,
        unnamed=bool(written.get("unnamed", False)),
        object=_target(written["object"], f"{path}.object") if "object" in written else None,
        value=_expected(written["value"], f"{path}.value") if "value" in written else None,
        polarity=polarity,  # type: ignore[arg-type]
        where=_where(written["condition"], f"{path}.condition") if "condition" in written else None,
        lever=_lever(written["lever"], f"{path}.lever") if "lever" in written else None,
        verdict=texts(written.get("verdict", ())),
        method_credit=bool(written.get("method_credit", False)),
        unit=str(written.get("unit", "")),
        near=str(written.get("near", "")),
        bare_percent=bool(written.get("bare_percent", False)),
        supposed=bool(written.get("supposed", False)),
    )


def statements_in(predicates: Written) -> Statements:
    """What the rubric listens for: the texts of its statements, and the terms that must stand near its figures."""
    written: dict[str, tuple[str, ...]] = {}
    for name, short in predicates.items():
        if not is_pattern(short):
            continue
        long = _long(short)
        if "text" in long:
            written[name] = texts(long["text"])
        if "near" in long:
            written[NEAR + name] = (str(long["near"]),)
    try:
        return statements_of(written)
    except ValueError as error:
        raise BadRubric(f"predicates: {error}") from None


def _long(written: Written) -> Written:
    """The long form of a predicate: figure and says, flip and lever are claims with a plus."""
    rest = {name: value for name, value in written.items() if name not in SHORT_FORMS}
    polarity = {"polarity": "+"}
    if "says" in written:
        return {"claim": Kind.SAYS, **polarity, "text": written["says"], **rest}
    if "figure" in written:
        # "If the MLP took no time, 1.16x": what Amdahl allows is always said under an if.
        return {"claim": Kind.FIGURE, **polarity, "value": {"facts": written["figure"]}, "supposed": True, **rest}
    if "claim" not in written and "lever" in written:
        return {"claim": Kind.ACTION, **polarity, "lever": {"id": written["lever"]}, **rest}
    if "flip" in written:
        return {"claim": Kind.FLIP, "condition": written["flip"], **rest}
    return written


_KNOWN = {*COMPONENTS, *RESOURCES, *VARIABLES, "step"}


def _target(written: object, path: str) -> Target:
    if isinstance(written, Mapping):
        only(written, path, ("fact", "ancestors"))
        return Target(
            fact=_path(needed(written, path, "fact"), f"{path}.fact"), ancestors=bool(written.get("ancestors", False))
        )
    ids = texts(written)
    for name in ids:
        if name not in _KNOWN:
            raise BadRubric(f"{path}: {name!r} is not in the ontology; there are {', '.join(sorted(_KNOWN))}")
    return Target(ids=ids)


def _expected(written: object, path: str) -> Expected:
    if not isinstance(written, Mapping):
        raise BadRubric(f"{path}: {written!r} is typed by hand; name facts instead: {{facts: [main.share.flops.mlp]}}")
    only(written, path, ("fact", "facts", "every_convention"))
    facts = tuple(_path(item, path) for item in (*texts(written.get("fact", ())), *texts(written.get("facts", ()))))
    if not facts:
        raise BadRubric(f"{path}: name at least one fact")
    return Expected(facts=facts, every_convention=bool(written.get("every_convention", False)))


def _path(written: object, path: str) -> str:
    if not isinstance(written, str) or not ("." in written or "(" in written):
        raise BadRubric(f"{path}: {written!r} is no fact; write SCENARIO.NAME, as in main.share.flops.mlp")
    return written


def _where(written: object, path: str) -> Where:
    if written == "none":
        return Where(none=True)
    given = mapping(written, path)
    only(given, path, ("param", "op", "value"))
    params = texts(given.get("param", ()))
    for name in params:
        if name not in VARIABLES:
            raise BadRubric(f"{path}.param: {name!r} is not a variable; there are {', '.join(sorted(VARIABLES))}")
    return Where(
        params=params,
        op=str(given.get("op", "")),
        value=_expected(given["value"], f"{path}.value") if "value" in given else None,
    )


def _lever(written: object, path: str) -> LeverKind:
    given = mapping(written, path)
    only(given, path, ("id", "acts_on", "relieves"))
    ids = texts(given.get("id", ()))
    for name in ids:
        if name not in LEVERS:
            raise BadRubric(f"{path}.id: {name!r} is not a lever; there are {', '.join(sorted(LEVERS))}")
    return LeverKind(
        ids=ids,
        acts_on=_target(given["acts_on"], f"{path}.acts_on") if "acts_on" in given else None,
        relieves=texts(given.get("relieves", ())),
    )
