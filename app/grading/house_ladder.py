"""The house's ladder: from the parts that predicates play in an answer to the levels of the five axes.

A question says which predicates name what binds, which numbers are the key ones, what falls into the trap, which
conditions turn the answer over, which moves are right. How those make levels 0 to 4 is the same for every question
and stands here once, in the words of the five axes. A rubric with its own `axes` and `caps` does without it.
"""

from collections.abc import Mapping
from math import ceil

from app.grading.criteria import Written
from app.grading.rubric_fields import BadRubric, mapping, only

PARTS = {
    "binds": "names what binds",
    "grounds": "says why, for this configuration; the key numbers count as well",
    "vague": "half of it: worth one level",
    "half_right": "mixes something wrong into what is right",
    "misjudges": "says the opposite of what binds",
    "key_numbers": "the figures that the answer turns on",
    "numbers": "other figures that are right",
    "wrong_numbers": "a figure that cannot be right",
    "falls_in": "falls into the trap",
    "slips": "makes the trap's slip, without building the answer on it",
    "rejects": "rejects the trap",
    "reasons": "a reason why the trap is one",
    "flip_variables": "the variable that the answer depends on",
    "flips": "a condition under which the answer changes; two are enough for the top",
    "thresholds": "where exactly it changes",
    "moves": "a right thing to do",
    "harmful": "something that would make it worse",
}


_MODAL = ("flip_variables", "flips", "thresholds", "moves")


def ladder(answer: object) -> Written:
    """`axes` and `caps` in the language of rubrics, from a rubric's `answer`; BadRubric names an unknown part."""
    written = mapping(answer, "answer")
    only(written, "answer", tuple(PARTS))
    parts = {name: _listed(written.get(name, []), f"answer.{name}") for name in PARTS}
    # What may come, and what one may do, is said with "may": a hedge there leaves nothing open.
    parts |= {name: [{"hedged": item} for item in parts[name]] for name in _MODAL}
    if not parts["binds"] or not parts["key_numbers"]:
        raise BadRubric("answer: an answer needs at least binds and key_numbers; add them")
    return {"axes": _axes(parts), "caps": _caps(parts)}


Parts = Mapping[str, list[object]]


def _listed(written: object, path: str) -> list[object]:
    if not isinstance(written, list):
        raise BadRubric(f"{path}: expected a list of predicates, found {type(written).__name__}")
    return written


def _axes(parts: Parts) -> dict[str, dict[int, object]]:
    keys, others = parts["key_numbers"], parts["numbers"]
    a_key_number = {"any_of": keys}
    grounded = {"any_of": [*parts["grounds"], *parts["reasons"], *keys, {"at_least": 2, "of": others}]}
    straight = {"none_of": parts["half_right"]}
    binds = {"any_of": parts["binds"]}
    hedged = {"hedged": binds}
    return {
        "bottleneck": {
            1: {"any_of": [binds, hedged, *parts["vague"], {"all_of": keys}]},
            2: {"any_of": [binds, [hedged, a_key_number]]},
            3: [binds, straight],
            4: [binds, straight, {"any_of": [*keys, {"at_least": 2, "of": others}]}],
        },
        "numbers": _number_rungs(keys, others),
        "trap": {
            1: {"any_of": ["readable", *keys, *others]},
            2: {"any_of": parts["rejects"]},
            3: [{"any_of": parts["rejects"]}, grounded],
            4: [{"any_of": parts["rejects"]}, {"any_of": [*keys, {"at_least": 2, "of": others}]}],
        },
        "flip": {
            1: {"any_of": ["flip", *parts["flip_variables"], *parts["flips"], *parts["thresholds"]]},
            2: {"any_of": [*parts["flip_variables"], *parts["flips"], *parts["thresholds"]]},
            3: {"any_of": [*parts["flips"], *parts["thresholds"]]},
            4: {"any_of": [*parts["thresholds"], {"at_least": 2, "of": parts["flips"]}]},
        },
        "move": {
            1: {"any_of": ["action", "verify", {"hedged": {"any_of": ["action", "verify"]}}, *parts["moves"]]},
            2: {"any_of": parts["moves"]},
            3: {"any_of": [{"at_least": 2, "of": parts["moves"]}, [{"any_of": parts["moves"]}, grounded]]},
            4: [{"any_of": [{"at_least": 2, "of": parts["moves"]}, [{"any_of": parts["moves"]}, grounded]]}, "verify"],
        },
    }


def _number_rungs(keys: list[object], others: list[object]) -> dict[int, object]:
    """All key numbers exact is the top; most of them close is three; one of them two."""
    most = max(ceil(0.6 * len(keys)), 1)
    enough = most if len(keys) > 1 else 1
    beside = [{"any_of": others}] if len(keys) == 1 and others else []
    near = [{"partial": name} for name in (*keys, *others)]
    exact = [{"exact": name} for name in keys]
    return {
        1: {"any_of": [*near, *keys, *others]},
        2: {"any_of": [*keys, {"at_least": 2, "of": near}]},
        3: [{"at_least": enough, "of": keys}, *([{"any_of": [*exact, *beside]}] if len(keys) == 1 else [])],
        4: [{"at_least": len(keys) - (len(keys) > 3), "of": exact}, *beside],
    }


def _caps(parts: Parts) -> list[Written]:
    falls, wrong = ({"standing": {"any_of": parts[name]}} for name in ("falls_in", "misjudges"))
    binds = {"any_of": parts["binds"]}
    found = {"any_of": [binds, {"hedged": binds}, *parts["vague"], *parts["key_numbers"], *parts["numbers"]]}
    caps: list[tuple[object, object | None, str, int, str]] = [
        (falls, None, "trap", 0, "This accepts the premise that the numbers refute."),
        (falls, binds, "bottleneck", 0, "What is named here is not what binds."),
        (falls, None, "bottleneck", 1, "The conclusion goes against what binds."),
        ("readable", found, "flip", 1, "A condition says little while nothing is said of what binds."),
        ("readable", found, "move", 1, "A step says little while nothing is said of what binds."),
        (falls, None, "flip", 1, "What is said to change it starts from the wrong answer."),
        (falls, binds, "move", 0, "The effort would go where little can be gained."),
        (falls, None, "move", 1, "The effort would go where little can be gained."),
        ({"standing": {"any_of": parts["slips"]}}, None, "trap", 0, "This is the slip that the question is about."),
        (wrong, None, "bottleneck", 1, "This also says the opposite of what binds."),
        (wrong, None, "trap", 2, "The reason given is not what the numbers say."),
        (wrong, None, "flip", 1, "What is said to change it rests on what does not hold."),
        ({"any_of": parts["half_right"]}, None, "bottleneck", 2, "Something that does not hold is mixed in."),
        ({"any_of": parts["wrong_numbers"]}, None, "numbers", 2, "A figure here cannot be right."),
        ({"any_of": parts["harmful"]}, None, "move", 0, "One of these steps makes it worse."),
    ]
    return [
        {"when": when, "axis": axis, "at_most": level, "words": words, **({"unless": unless} if unless else {})}
        for when, unless, axis, level, words in caps
    ]
