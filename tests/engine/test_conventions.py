import pytest

from app.engine.conventions import (
    COUNT_ALL,
    Conventions,
    CountedAttention,
    CountedHead,
    CountedPasses,
    enumerate_conventions,
)


def test_the_default_counts_every_pair_and_every_position():
    assert COUNT_ALL.label == "full attention, head on all positions"


def test_enumeration_starts_with_the_own_convention_and_repeats_none():
    own = Conventions(attention=CountedAttention.CAUSAL, head=CountedHead.NONE)
    found = enumerate_conventions(own)
    assert found[0] == own
    assert len(found) == len(set(found)) == 6


def test_enumeration_keeps_the_passes():
    assert {convention.passes for convention in enumerate_conventions(Conventions(passes=CountedPasses.FORWARD))} == {
        CountedPasses.FORWARD
    }


@pytest.mark.parametrize(
    ("head", "silent"),
    [(CountedHead.ALL, True), (CountedHead.NONE, True), (CountedHead.LAST, False)],
    ids=["head in", "head out", "head on the last position"],
)
@pytest.mark.parametrize("attention", CountedAttention)
def test_a_silent_text_may_mean_full_or_causal_with_the_head_in_or_out(attention, head, silent):
    assert Conventions(attention=attention, head=head).default_family is silent


def test_every_convention_has_words_of_its_own():
    labels = {convention.label for convention in enumerate_conventions(COUNT_ALL)}
    assert len(labels) == 6
