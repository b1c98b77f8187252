import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.practice.attempt import ANSWER_LIMIT, DRAFT_LIMIT, Attempt, Conflict, NotNow, Step, TooLong
from app.practice.events import (
    Answered,
    Disputed,
    Drafted,
    Explored,
    Graded,
    Hinted,
    MeantOtherwise,
    OpenBook,
    Predicted,
    Probed,
    Read,
)
from app.practice.prediction import Prediction
from app.practice.terms import GRACE, Terms, Tools

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)

READ = Read(at=AT)
PREDICTED = Predicted(prediction=Prediction(component="mlp", resource="compute", number=1.1, confidence=80, at=AT))
ANSWERED = Answered(text="The MLP binds.", at=LATER)
GRADED = Graded(
    score={"overall": 71, "axes": {"bottleneck": 4}, "claims": [{"kind": "share"}, {"kind": "flip"}]},
    analyses={"main": {"time_s": 0.5}},
    outcome={"overall": 71},
    at=LATER,
)
EXPLORED = Explored(at=LATER)

FRESH = Attempt(id="k3v9", question_id="attention-trap", question_version="0" * 64, started_at=AT)


def attempt_after(*events):
    attempt = FRESH
    for event in events:
        attempt = attempt.after(event)
    return attempt


# Where the candidate stands


@pytest.mark.parametrize(
    ("events", "step"),
    [
        pytest.param([], Step.READ, id="fresh"),
        pytest.param([READ], Step.PREDICT, id="read"),
        pytest.param([READ, PREDICTED], Step.ANSWER, id="predicted"),
        pytest.param([PREDICTED], Step.ANSWER, id="predicted at once"),
        pytest.param([PREDICTED, ANSWERED], Step.ANSWER, id="answered, grading failed"),
        pytest.param([PREDICTED, ANSWERED, GRADED], Step.RESULT, id="graded"),
        pytest.param([PREDICTED, ANSWERED, GRADED, EXPLORED], Step.EXPLORE, id="explored"),
    ],
)
def test_the_step_follows_from_what_happened(events, step):
    assert attempt_after(*events).step is step


@pytest.mark.parametrize(
    ("events", "event", "sentence"),
    [
        ([], ANSWERED, "Predict first: the answer opens when the prediction is locked."),
        ([], Drafted(text="x", revision=0, at=AT), "Predict first: the answer opens when the prediction is locked."),
        ([], GRADED, "There is no answer to grade yet: it is graded when it is locked."),
        ([PREDICTED], GRADED, "There is no answer to grade yet: it is graded when it is locked."),
        ([PREDICTED, ANSWERED], EXPLORED, "The instrument with everything opens with the result."),
        ([PREDICTED, ANSWERED], OpenBook(), "The answer is locked: it was given at 2026-11-24 08:35 UTC."),
        (
            [PREDICTED, ANSWERED],
            Drafted(text="x", revision=0, at=AT),
            "The answer is locked: it was given at 2026-11-24 08:35 UTC.",
        ),
    ],
    ids=[
        "answer before prediction",
        "draft before prediction",
        "grade at once",
        "grade before answer",
        "explore before grade",
        "open the book after answer",
        "draft after answer",
    ],
)
def test_what_may_not_happen_yet_is_refused_with_one_sentence(events, event, sentence):
    with pytest.raises(NotNow) as refusal:
        attempt_after(*events).after(event)
    assert str(refusal.value) == sentence


def test_an_event_leaves_the_old_value_alone():
    attempt = attempt_after(PREDICTED)
    attempt.after(ANSWERED)
    assert attempt.answer is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer": "The MLP."}, "answer: attempt k3v9"),
        ({"score": {}}, "score: attempt k3v9"),
        ({"explored_at": AT}, "explored_at: attempt k3v9"),
        ({"started_at": datetime(2026, 11, 24)}, "started_at: 2026-11-24"),  # noqa: DTZ001
    ],
)
def test_an_impossible_attempt_cannot_be_made(change, message):
    with pytest.raises(ValueError, match=message):
        replace(FRESH, **change)


# The prediction


def test_the_same_prediction_twice_is_fine_and_keeps_the_first_time():
    again = replace(PREDICTED, prediction=replace(PREDICTED.prediction, at=LATER))
    assert attempt_after(PREDICTED, again) == attempt_after(PREDICTED)


def test_another_prediction_after_the_lock_is_refused_with_the_time_of_the_first():
    other = replace(PREDICTED, prediction=replace(PREDICTED.prediction, component="attention_core"))
    with pytest.raises(NotNow, match=r"^The prediction is locked: it was made at 2026-11-24 08:30 UTC\.$"):
        attempt_after(PREDICTED, other)


def test_reading_again_after_the_prediction_changes_nothing():
    assert attempt_after(PREDICTED, Read(at=LATER)) == attempt_after(PREDICTED)


# The book


def test_an_open_book_stays_open():
    attempt = attempt_after(OpenBook(), PREDICTED, OpenBook(), ANSWERED, GRADED)
    assert attempt.open_book
    assert attempt.after(OpenBook()) is attempt


# Drafts


def test_a_draft_over_the_stored_revision_makes_the_next_one():
    attempt = attempt_after(
        PREDICTED, Drafted(text="The", revision=0, at=AT), Drafted(text="The MLP", revision=1, at=AT)
    )
    assert (attempt.draft, attempt.draft_revision) == ("The MLP", 2)


@pytest.mark.parametrize("revision", [0, 2, 2**70], ids=["older", "newer than any", "absurd"])
def test_a_draft_over_another_revision_is_a_conflict_that_carries_both_texts(revision):
    attempt = attempt_after(PREDICTED, Drafted(text="from the laptop", revision=0, at=AT))
    with pytest.raises(Conflict) as conflict:
        attempt.after(Drafted(text="from the phone", revision=revision, at=AT))
    assert (conflict.value.stored, conflict.value.sent) == ("from the laptop", "from the phone")
    assert conflict.value.stored_revision == 1


def test_a_draft_sent_again_after_a_lost_acknowledgement_is_no_conflict():
    draft = Drafted(text="The MLP", revision=0, at=AT)
    assert attempt_after(PREDICTED, draft, draft) == attempt_after(PREDICTED, draft)


def test_a_draft_may_be_longer_than_an_answer():
    assert len(attempt_after(PREDICTED, Drafted(text="x" * (ANSWER_LIMIT + 1), revision=0, at=AT)).draft) > ANSWER_LIMIT


def test_a_draft_beyond_its_limit_is_refused_with_its_length():
    with pytest.raises(TooLong, match=r"^The draft is 100,001 characters long; at most 100,000 are taken\.$"):
        attempt_after(PREDICTED, Drafted(text="x" * (DRAFT_LIMIT + 1), revision=0, at=AT))


# The answer


def test_the_longest_answer_is_taken():
    assert attempt_after(PREDICTED, Answered(text="x" * ANSWER_LIMIT, at=AT)).answer_locked


def test_an_answer_that_is_too_long_is_refused_with_its_length():
    with pytest.raises(TooLong, match=r"^The answer is 20,001 characters long; at most 20,000 are taken\.$") as refusal:
        attempt_after(PREDICTED, Answered(text="x" * (ANSWER_LIMIT + 1), at=AT))
    assert (refusal.value.length, refusal.value.limit) == (20_001, 20_000)


def test_an_empty_answer_locks_too():
    assert attempt_after(PREDICTED, Answered(text="", at=AT)).answer_locked


def test_the_same_answer_twice_is_fine():
    assert attempt_after(PREDICTED, ANSWERED, replace(ANSWERED, at=AT)) == attempt_after(PREDICTED, ANSWERED)


def test_another_answer_after_the_lock_is_refused():
    with pytest.raises(NotNow, match=r"^The answer is locked: it was given at 2026-11-24 08:35 UTC\.$"):
        attempt_after(PREDICTED, ANSWERED, Answered(text="No, the head.", at=LATER))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        pytest.param("one\r\ntwo", "one\ntwo", id="the line ends of a form"),
        pytest.param("a\x00b", "a\ufffdb", id="NUL, which PostgreSQL refuses"),
        pytest.param("a\ud800b", "a\ufffdb", id="a lone surrogate, which UTF-8 cannot hold"),
        pytest.param("2× → 😀", "2× → 😀", id="signs and an emoji stay"),
    ],
)
def test_a_text_is_kept_as_every_database_can_hold_it(sent, kept):
    assert attempt_after(PREDICTED, Answered(text=sent, at=AT)).answer == kept
    assert attempt_after(PREDICTED, Drafted(text=sent, revision=0, at=AT)).draft == kept


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_can_be_answered_twice_and_stored(text):
    attempt = attempt_after(PREDICTED, Answered(text=text, at=AT), Answered(text=text, at=AT))
    assert attempt.answer.encode().decode() == attempt.answer


# The grade


def test_answer_and_grade_happen_in_one_change_and_a_second_click_changes_nothing():
    attempt = attempt_after(PREDICTED, ANSWERED, GRADED)
    assert attempt.after(ANSWERED).after(replace(GRADED, at=LATER + timedelta(seconds=1))) == attempt


def test_another_grade_is_refused():
    with pytest.raises(NotNow, match=r"^The answer has its grade: it was given at 2026-11-24 08:35 UTC\.$"):
        attempt_after(PREDICTED, ANSWERED, GRADED, replace(GRADED, score={"overall": 72}))


def test_a_grade_is_a_copy_in_the_form_that_the_database_gives_back():
    spans = [(0, 3)]
    attempt = attempt_after(PREDICTED, ANSWERED, replace(GRADED, score={"spans": spans}))
    spans.append((4, 7))
    assert attempt.score == {"spans": [[0, 3]]}


def test_a_grade_that_is_no_json_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        attempt_after(PREDICTED, ANSWERED, replace(GRADED, score={"overall": math.inf}))


# Hints


def test_a_hint_is_bought_once_however_often_the_button_is_pressed():
    attempt = attempt_after(PREDICTED, Hinted(taken=0, at=AT), Hinted(taken=0, at=AT))
    assert attempt.hints == 1
    assert attempt.after(Hinted(taken=1, at=AT)).hints == 2


def test_a_page_that_is_behind_buys_nothing():
    attempt = attempt_after(PREDICTED, Hinted(taken=0, at=AT), Hinted(taken=1, at=AT))
    assert attempt.after(Hinted(taken=0, at=AT)) == attempt


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        ([], "Predict first: the answer opens when the prediction is locked."),
        ([PREDICTED, ANSWERED], "The answer is locked: it was given at 2026-11-24 08:35 UTC."),
    ],
    ids=["before the prediction", "after the answer"],
)
def test_there_is_a_time_for_hints(events, sentence):
    with pytest.raises(NotNow, match=sentence):
        attempt_after(*events, Hinted(taken=0, at=AT))


# The interviewer's question


def test_the_first_version_is_kept_and_goes_on_as_the_draft():
    attempt = attempt_after(PREDICTED, Probed(text="The MLP.\r\n", at=AT))
    assert (attempt.first_answer, attempt.draft, attempt.draft_revision) == ("The MLP.\n", "The MLP.\n", 1)
    assert (attempt.answer, attempt.step) == (None, Step.ANSWER)


def test_a_draft_that_is_handed_in_as_it_was_kept_needs_no_new_revision():
    attempt = attempt_after(PREDICTED, Drafted(text="The MLP.", revision=0, at=AT), Probed(text="The MLP.", at=AT))
    assert attempt.draft_revision == 1


def test_the_second_version_is_the_answer_and_the_first_stays_beside_it():
    attempt = attempt_after(PREDICTED, Probed(text="One.", at=AT), Answered(text="Two.", at=LATER))
    assert (attempt.first_answer, attempt.answer) == ("One.", "Two.")


# Rules and the clock

STRICT = replace(FRESH, terms=Terms(tools=Tools.STRICT, deadline=LATER, mock_id="m1"))
TOO_LATE = LATER + GRACE + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("tools", "event", "allowed"),
    [
        (Tools.STRICT, Hinted(taken=0, at=AT), False),
        (Tools.STANDARD, Hinted(taken=0, at=AT), True),
        (Tools.OPEN, Hinted(taken=0, at=AT), True),
        (Tools.STRICT, OpenBook(), False),
        (Tools.STANDARD, OpenBook(), False),
        (Tools.OPEN, OpenBook(), True),
    ],
    ids=lambda value: str(getattr(value, "value", type(value).__name__)),
)
def test_the_tools_that_the_rules_give(tools, event, allowed):
    attempt = replace(FRESH, terms=Terms(tools=tools)).after(PREDICTED)
    if allowed:
        assert attempt.after(event) != attempt
    else:
        with pytest.raises(NotNow, match="under these rules"):
            attempt.after(event)


@pytest.mark.parametrize(
    "event",
    [
        Drafted(text="x", revision=0, at=TOO_LATE),
        Probed(text="x", at=TOO_LATE),
        Answered(text="x", at=TOO_LATE),
    ],
    ids=lambda event: type(event).__name__,
)
def test_after_the_time_nothing_is_taken_and_a_slow_line_is_forgiven(event):
    attempt = STRICT.after(PREDICTED)
    with pytest.raises(NotNow, match="Time is up"):
        attempt.after(event)
    assert attempt.after(replace(event, at=LATER + GRACE)) != attempt


def test_a_prediction_has_its_time_too():
    late = Predicted(prediction=replace(PREDICTED.prediction, at=TOO_LATE))
    with pytest.raises(NotNow, match="Time is up"):
        STRICT.after(late)


# What the candidate says of the grade


def test_what_was_meant_is_kept_for_each_claim_and_the_latest_holds():
    attempt = attempt_after(PREDICTED, ANSWERED, GRADED)
    attempt = attempt.after(MeantOtherwise(claim=1, meant="a", at=LATER)).after(
        MeantOtherwise(claim=0, meant="b", at=LATER)
    )
    attempt = attempt.after(MeantOtherwise(claim=1, meant="c", at=LATER))
    assert {item["claim"]: item["meant"] for item in attempt.misread} == {0: "b", 1: "c"}


@pytest.mark.parametrize("claim", [-1, 2])
def test_there_is_nothing_to_say_about_a_sentence_that_was_not_read(claim):
    with pytest.raises(NotNow, match="no such sentence"):
        attempt_after(PREDICTED, ANSWERED, GRADED, MeantOtherwise(claim=claim, meant="x", at=LATER))


def test_before_the_grade_there_is_nothing_to_disagree_with():
    with pytest.raises(NotNow, match="no grade to disagree with"):
        attempt_after(PREDICTED, ANSWERED, Disputed(text="x", at=LATER))


# Whatever happens

TEXTS = st.sampled_from(["", "The MLP.", "The head.", "x" * (ANSWER_LIMIT + 1)])
PREDICTIONS = st.builds(
    Prediction,
    component=st.sampled_from(["mlp", "head"]),
    confidence=st.integers(50, 99),
    at=st.sampled_from([AT, LATER]),
)
EVENTS = st.one_of(
    st.just(READ),
    st.just(OpenBook()),
    st.builds(Predicted, prediction=PREDICTIONS),
    st.builds(Drafted, text=TEXTS, revision=st.integers(0, 4), at=st.just(AT)),
    st.builds(Answered, text=TEXTS, at=st.sampled_from([AT, LATER])),
    st.builds(Hinted, taken=st.integers(-1, 3), at=st.just(AT)),
    st.builds(Probed, text=TEXTS, at=st.sampled_from([AT, LATER])),
    st.builds(
        Graded,
        score=st.sampled_from([{"overall": 1, "claims": []}, {"overall": 2, "claims": [{}, {}]}]),
        analyses=st.just({}),
        outcome=st.just({}),
        at=st.just(LATER),
    ),
    st.just(EXPLORED),
    st.builds(MeantOtherwise, claim=st.integers(-1, 2), meant=TEXTS, at=st.just(LATER)),
    st.builds(Disputed, text=TEXTS, at=st.just(LATER)),
)
LOCKS = ("prediction", "first_answer", "probed_at", "answer", "answered_at", "score", "analyses", "outcome")
LOCKS += ("graded_at", "explored_at", "read_at")


@given(st.lists(EVENTS, max_size=30))
def test_no_sequence_of_events_goes_back_a_step_or_changes_what_is_locked(events):
    attempt = FRESH
    for event in events:
        before = attempt
        try:
            attempt = before.after(event)
        except (NotNow, Conflict, TooLong):
            continue
        assert list(Step).index(attempt.step) >= list(Step).index(before.step)
        for name in LOCKS:
            assert getattr(before, name) in (None, getattr(attempt, name))
        assert attempt.open_book >= before.open_book
        assert attempt.hints >= before.hints
        assert attempt.draft == before.draft or attempt.draft_revision == before.draft_revision + 1
        assert attempt.after(event) == attempt  # a second click changes nothing
        assert (attempt.id, attempt.question_version, attempt.started_at) == ("k3v9", "0" * 64, AT)


@given(st.lists(EVENTS, max_size=30))
def test_the_answer_is_locked_only_behind_a_prediction_and_the_score_only_behind_an_answer(events):
    attempt = FRESH
    for event in events:
        try:
            attempt = attempt.after(event)
        except (NotNow, Conflict, TooLong):
            continue
        assert attempt.prediction is not None or attempt.answer is None
        assert attempt.answer is not None or attempt.score is None
