"""What was read for which axis is a matter of the text alone."""

import re

import pytest

from app.grading.claims import MARKERS, Kind
from app.grading.heard import AXIS_OF, heard_by_axis
from app.grading.score import Axis


def quotes(answer, **options):
    found = heard_by_axis(answer, **options)
    return {str(axis): [answer[start:end] for start, end in spans] for axis, spans in found.items() if spans}


def test_every_kind_of_claim_has_its_axis():
    """But for what only a rubric's own statements say, and what is no claim."""
    assert set(Kind) - MARKERS - {Kind.SAYS} == set(AXIS_OF)
    assert set(AXIS_OF.values()) == set(Axis)


def test_right_and_wrong_are_read_alike():
    right = "The MLP takes 65 % of the FLOPs."
    wrong = "The MLP takes 12 % of the FLOPs."
    assert [span.start for span in heard_by_axis(right)[Axis.NUMBERS]] == [
        span.start for span in heard_by_axis(wrong)[Axis.NUMBERS]
    ]


def test_every_value_of_a_text_that_tries_many_is_read():
    text = " ".join(f"The attention core is {n} % of the FLOPs." for n in range(1, 41))
    read = heard_by_axis(text)[Axis.NUMBERS]
    values = [match.start() for match in re.finditer(r"\d+", text)]
    assert [sum(span.start <= value < span.end for span in read) for value in values] == [1] * 40


@pytest.mark.parametrize(
    ("answer", "axis"),
    [
        ("The MLP dominates.", "bottleneck"),
        ("It is compute bound.", "bottleneck"),
        ("The core is 2.7 % of the FLOPs.", "numbers"),
        ("I disagree with the colleague.", "trap"),
        ("I would not fund the attention kernels.", "trap"),
        ("At 49k tokens the attention core would be larger than the MLP.", "flip"),
        ("I would fuse the activation into the MLP.", "move"),
        ("I would profile a step first.", "move"),
    ],
)
def test_claims_stand_under_the_axis_that_asks_for_them(answer, axis):
    assert axis in quotes(answer)


def test_the_copied_prompt_is_not_read():
    prompt = "You train a dense 175B model at sequence length 2048, where the attention core dominates the step by far."
    assert quotes(prompt, prompt=prompt) == {}
    assert quotes(prompt) != {}


@pytest.mark.parametrize("answer", ["", " ", "\x00", "Ich weiß es nicht.", "\ud800", "🙂" * 50], ids=repr)
def test_what_says_nothing_has_no_spans(answer):
    assert heard_by_axis(answer) == dict.fromkeys(Axis, ())
