import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.parts import AxisScore, Mark, MarkedSpan, Piece, StepState, marked, rail

TEXT = "the core is small, so fuse the MLP"


def span(start, end, mark=Mark.GOOD, note=1):
    return MarkedSpan(start=start, end=end, mark=mark, note=note)


def test_an_answer_is_cut_at_its_marks():
    assert marked(TEXT, [span(22, 34, Mark.NEAR, 2), span(0, 17)]) == (
        Piece(text="the core is small", mark=Mark.GOOD, notes=(1,)),
        Piece(text=", so "),
        Piece(text="fuse the MLP", mark=Mark.NEAR, notes=(2,)),
    )


@pytest.mark.parametrize(
    ("spans", "texts"),
    [
        pytest.param([], [TEXT], id="no mark"),
        pytest.param([span(0, 10), span(5, 15)], [TEXT[:10], TEXT[10:15], TEXT[15:]], id="overlap"),
        pytest.param([span(0, 10), span(2, 5)], [TEXT[:10], "", TEXT[10:]], id="one inside another keeps its note"),
        pytest.param([span(30, 99)], [TEXT[:30], TEXT[30:]], id="past the end"),
    ],
)
def test_marks_may_overlap(spans, texts):
    assert [piece.text for piece in marked(TEXT, spans)] == texts


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=6))
def test_no_letter_and_no_note_is_lost(text, ends):
    spans = [span(start, end, note=n) for n, (start, end) in enumerate(ends)]
    pieces = marked(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    assert sorted(n for piece in pieces for n in piece.notes) == list(range(len(spans)))


def test_the_rail_has_one_step_current():
    steps = rail(["Read", "Predict", "Answer"], now=1, paths=["/a", None, None])
    assert [step.state for step in steps] == [StepState.DONE, StepState.NOW, StepState.AHEAD]
    assert [step.path for step in steps] == ["/a", None, None]


@pytest.mark.parametrize(("level", "pips"), [(0, (False,) * 4), (3, (True, True, True, False)), (4, (True,) * 4)])
def test_a_level_is_so_many_pips(level, pips):
    assert AxisScore(label="Trap", level=level).pips == pips
