"""What must not change a score, what must lower it, and what only an engine-backed grader can notice."""

import random
import re
import unicodedata
from collections.abc import Callable

import pytest

from app.grading.criteria import Rubric
from app.grading.grade import grade
from app.grading.score import Axis
from tests.grading.conftest import OWN_ANSWERS, PROMPT, Grade, analyses, levels

ANSWERS = [pytest.param(own["text"], id=own["id"]) for own in OWN_ANSWERS]
RIGHT = [pytest.param(own["text"], id=own["id"]) for own in OWN_ANSWERS if sum(own["axes"]) >= 12]
ORDERED = ("complete", "bullets", "with a concession")
PAD = "Thank you for the question, I enjoyed thinking about it."

SAME: dict[str, Callable[[str], str]] = {
    "padding before": lambda text: f"{PAD}\n\n{text}",
    "padding after": lambda text: f"{text}\n\n{PAD}",
    "upper case": str.upper,
    "lower case": str.lower,
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "typographic quotes": lambda text: text.replace("'", "’"),
    "double spaces": lambda text: text.replace(" ", "  "),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "invisible characters": lambda text: text.replace("e", "e\u200b"),
    "look-alike letters": lambda text: text.replace("a", "а").replace("o", "о"),
    "line ends": lambda text: text.replace("\n", "\r\n"),
    "said twice": lambda text: f"{text}\n\n{text}",
    "prompt after": lambda text: f"{text}\n\n{PROMPT}",
    "percent in words": lambda text: text.replace("%", " percent"),
    "bold": lambda text: re.sub(r"\bMLP\b", "**MLP**", text),
    "a synonym": lambda text: re.sub(r"\bMLP\b", "feed-forward network", text),
}


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in SAME.items()])
@pytest.mark.parametrize("answer", ANSWERS)
def test_what_says_the_same_scores_the_same(flagship: Grade, answer, change):
    assert levels(flagship(change(answer))) == levels(flagship(answer))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "answer",
    [p for p in ANSWERS if p.id in ORDERED],
)
def test_the_order_of_sentences_does_not_matter(flagship: Grade, answer, seed):
    pieces = answer.split("\n") if "\n" in answer else re.split(r"(?<=[.!?])\s+", answer)
    random.Random(seed).shuffle(pieces)
    assert levels(flagship(("\n" if "\n" in answer else " ").join(pieces))) == levels(flagship(answer))


def sentences(answer: str) -> list[str]:
    return [piece for piece in re.split(r"(?<=[.!?])\s+|\n-? ?", answer) if piece]


@pytest.mark.parametrize("answer", RIGHT)
def test_put_in_a_colleagues_mouth_it_earns_next_to_nothing(flagship: Grade, answer):
    said = " ".join(f"My colleague says that {piece[0].lower()}{piece[1:]}" for piece in sentences(answer))
    assert flagship(said).overall <= 0.45 * flagship(answer).overall


@pytest.mark.parametrize("answer", RIGHT)
def test_with_the_components_swapped_it_loses_the_bottleneck(flagship: Grade, answer):
    names = {"mlp": "attention", "attention": "MLP", "attn": "MLP", "feed-forward layers": "attention kernels"}
    names |= {"score and value products": "MLP", "matmul kernels": "attention kernels"}
    swapped = re.sub(rf"\b({'|'.join(names)})\b", lambda m: names[m.group().lower()], answer, flags=re.IGNORECASE)
    assert flagship(swapped).axes[Axis.BOTTLENECK] <= 1 or flagship(swapped).overall <= 0.6 * flagship(answer).overall


@pytest.mark.parametrize("answer", [p for p in RIGHT if "2.7%" in p.values[0] or "2,7" in p.values[0]])
def test_with_numbers_off_by_more_than_three_it_loses_the_numbers(flagship: Grade, answer):
    scaled = re.sub(
        r"(\d+(?:[.,]\d+)?)(\s?%)", lambda m: f"{min(4 * float(m[1].replace(',', '.')), 99):g}{m[2]}", answer
    )
    assert flagship(scaled).axes[Axis.NUMBERS] < flagship(answer).axes[Axis.NUMBERS]


@pytest.mark.parametrize("answer", RIGHT)
def test_where_the_truth_is_another_the_same_words_lose_their_credit(flagship: Grade, rubric: Rubric, answer):
    """At 131,072 tokens the attention core is what binds: only a grader that asks the engine can know."""
    elsewhere = grade(answer, rubric=rubric, analyses=analyses(seq_len=131072))
    assert elsewhere.axes[Axis.BOTTLENECK] <= 1
    assert elsewhere.overall <= flagship(answer).overall - 25


@pytest.mark.parametrize("answer", RIGHT)
def test_a_false_claim_more_never_raises_the_score(flagship: Grade, answer):
    false = f"{answer} Attention takes 60% of the FLOPs."
    assert flagship(false).overall < flagship(answer).overall


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_true_claim_more_never_lowers_the_score(flagship: Grade, answer):
    true = f"{answer} The projections take 32% of the FLOPs."
    assert flagship(true).overall >= flagship(answer).overall


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_list_of_terms_never_raises_the_score(flagship: Grade, answer):
    terms = "MLP, GEMM, attention core, Amdahl, 2.7%, 1.03x, 49k, roofline, profiler, kernel fusion, tiling, overlap."
    assert flagship(f"{answer}\n\n{terms}").overall <= flagship(answer).overall
    assert flagship(f"{terms}\n\n{answer}").overall <= flagship(answer).overall


# Shorter texts, and bullets, have too few function words to tell an order from none.
PROSE = [case for case in RIGHT if len(case.values[0].split()) >= 40 and "\n" not in case.values[0]]


@pytest.mark.parametrize("answer", PROSE)
def test_shuffled_words_earn_next_to_nothing(flagship: Grade, answer):
    words = answer.split()
    random.Random(1).shuffle(words)
    assert flagship(" ".join(words)).overall <= 10
