"""app.practice.asked and what stands on it: hints, variants, follow-ups, grading again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.engine.analysis import analyze
from app.practice.asked import asked, price_of_hints, price_of_next_hint, shown_hints
from app.practice.attempt import Attempt
from app.practice.dispute import recomputed
from app.practice.events import Hinted, Predicted
from app.practice.follow_up import follow_up, followed_by, variants_left
from app.practice.hand_in import handed_in
from app.practice.prediction import Prediction
from app.practice.reveal import StillLocked
from app.practice.terms import Terms, Tools, Variation

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
ANSWER = "The MLP dominates with 65 % of the FLOPs; the attention core is 2.7 %, so at most 1.03x."


@pytest.fixture(scope="module")
def question(bank):
    return bank.practice.question("where-175b")


@pytest.fixture
def attempt(question):
    fresh = Attempt(id="a1", question_id="where-175b", question_version=question.public.digest, started_at=AT)
    prediction = Prediction(component="mlp", resource="compute", number=1.05, confidence=80, at=AT)
    return fresh.after(Predicted(prediction=prediction))


def long_documents(seed=3):
    return Variation(variant="long-documents", seed=seed, parent_id="a1")


def test_a_variant_has_its_own_prompt_table_scenario_and_key(question):
    plain, varied = asked(question, None), asked(question, long_documents())
    assert plain.public == question.public
    assert varied.public.prompt != plain.public.prompt
    assert varied.public.main.forward.n_keys > plain.public.main.forward.n_keys
    assert varied.public.title == plain.public.title
    assert varied.varied[1].component == "attention_core"
    assert analyze(varied.public.main).bottleneck.component == "attention_core"


def test_a_variant_that_the_question_does_not_have_is_an_error(question):
    with pytest.raises(LookupError, match="no variant 'nothing'"):
        asked(question, Variation(variant="nothing", seed=1, parent_id="a1"))


def test_hints_come_one_by_one_and_add_up(question, attempt):
    assert (shown_hints(attempt, question), price_of_next_hint(attempt, question)) == ((), 2)
    one = attempt.after(Hinted(taken=0, at=AT))
    assert len(shown_hints(one, question)) == 1
    assert (price_of_next_hint(one, question), price_of_hints(one, question)) == (4, 2)
    every = replace(attempt, hints=3)
    assert (price_of_next_hint(every, question), price_of_hints(every, question)) == (None, 14)


@pytest.mark.parametrize(
    "change",
    [{"terms": Terms(tools=Tools.STRICT)}, {"variation": long_documents()}],
    ids=["under strict rules", "in a follow-up"],
)
def test_there_is_no_hint_to_buy(question, attempt, change):
    assert price_of_next_hint(replace(attempt, **change), question) is None


def test_the_outcome_of_a_grade_has_its_hints_and_its_prediction(question, attempt):
    hinted = attempt.after(Hinted(taken=0, at=AT))
    graded = handed_in(hinted, ANSWER, asked(question, None), at=AT)(hinted)
    assert graded.outcome["hint_price"] == 2
    assert graded.outcome["predicted_right"] is True
    assert graded.outcome["log_error"] > 0
    assert graded.outcome["overall"] == graded.score["overall"]


def test_a_hint_that_was_taken_while_the_grader_read_is_paid_for(question, attempt):
    change = handed_in(attempt, ANSWER, asked(question, None), at=AT)
    assert change(attempt.after(Hinted(taken=0, at=AT))).outcome["hint_price"] == 2


def test_a_variant_is_graded_by_its_own_numbers(question, attempt):
    told = replace(attempt, variation=long_documents())
    right = "The attention core dominates; it takes most of the FLOPs at this length."
    graded = handed_in(told, right, asked(question, told.variation), at=AT)(told)
    plain = handed_in(attempt, right, asked(question, None), at=AT)(attempt)
    assert graded.score["axes"]["bottleneck"] > plain.score["axes"]["bottleneck"]
    assert graded.outcome["predicted_right"] is False
    assert graded.analyses["says"] and not plain.analyses["says"]
    assert graded.analyses["analysis"]["bottleneck"]["component"] == "attention_core"


def test_before_the_answer_nothing_follows_and_nothing_is_worked_out(question, attempt):
    with pytest.raises(StillLocked):
        follow_up(attempt, question, met=(), seed=1)
    with pytest.raises(StillLocked):
        variants_left(attempt, question, met=())
    with pytest.raises(StillLocked):
        recomputed(attempt, asked(question, None))


def test_a_follow_up_is_one_that_was_not_met_until_all_were(question, attempt):
    done = handed_in(attempt, ANSWER, asked(question, None), at=AT)(attempt)
    every = {variant.id for variant in question.key.variants}
    for left in every:
        assert follow_up(done, question, met=every - {left}, seed=9).variant == left
    assert follow_up(done, question, met=every, seed=9).variant in every
    assert (variants_left(done, question, met=()), variants_left(done, question, met=every)) == (len(every), 0)


def test_the_attempt_at_a_follow_up_stays_with_its_version_under_open_terms(question, attempt):
    strict = replace(attempt, terms=Terms(tools=Tools.STRICT, mock_id="m1"))
    second = followed_by(strict, long_documents(), attempt_id="a2", at=AT)
    assert (second.question_version, second.variation.parent_id) == (attempt.question_version, "a1")
    assert (second.terms.tools, second.terms.mock_id) == (Tools.OPEN, None)


def test_the_grade_worked_out_once_more_is_the_same(question, attempt):
    done = handed_in(attempt, ANSWER, asked(question, None), at=AT)(attempt)
    assert recomputed(done, asked(question, None)).outcome.overall == done.score["overall"]
