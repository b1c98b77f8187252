"""Prerequisites, the path for a newcomer, and the mixed order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bank.load import load_bank
from app.bank.order import circles, mixed_order, path_problems

IDS = st.text("abcdefgh", min_size=1, max_size=3)
TOPICS = st.dictionaries(IDS, st.lists(IDS, max_size=6, unique=True), max_size=6).map(
    lambda topics: {topic: [f"{topic}-{one}" for one in ids] for topic, ids in topics.items()}
)


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ({"a": [], "b": ["a"], "c": ["a", "b"]}, []),
        ({"a": ["a"]}, [("a", "a")]),
        ({"a": ["b"], "b": ["c"], "c": ["a"]}, [("a", "b", "c", "a")]),
        ({"a": ["b"], "b": ["a"], "c": ["a"]}, [("a", "b", "a")]),
        ({"a": ["missing"]}, []),
    ],
)
def test_a_circle_of_prerequisites_is_found_once(requires, found):
    assert list(circles(requires)) == found


@pytest.mark.parametrize(
    ("path", "requires", "said"),
    [
        (["a", "b"], {"a": [], "b": ["a"]}, []),
        (["b"], {"a": [], "b": ["a"]}, []),
        (["b", "a"], {"a": [], "b": ["a"]}, [("b", "requires: 'a' comes later on the path; move one of them")]),
        ([], {"b": ["a"]}, [("b", "requires: 'a' is not in the bank")]),
        ([], {"a": ["b"], "b": ["a"]}, [("a", "requires: itself, by way of a > b > a")]),
    ],
)
def test_prerequisites_come_first_and_exist(path, requires, said):
    assert list(path_problems(path, requires)) == said


@given(topics=TOPICS, seed=st.integers(0, 1000))
def test_the_mixed_order_has_every_question_once_and_no_topic_twice_in_a_row_while_others_have_some(topics, seed):
    mixed = mixed_order(topics, seed)
    assert sorted(mixed) == sorted(one for ids in topics.values() for one in ids)
    assert mixed == mixed_order(topics, seed)
    left = {topic: len(ids) for topic, ids in topics.items()}
    for before, after in pairwise(mixed):
        topic = before.partition("-")[0]
        left[topic] -= 1
        if after.partition("-")[0] == topic:
            assert not any(n for other, n in left.items() if other != topic)


def test_another_seed_gives_another_order():
    topics = {topic: [f"{topic}{i}" for i in range(5)] for topic in "abcd"}
    assert len({mixed_order(topics, seed) for seed in range(20)}) > 15


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("- {id: nothing, why: Because.}", "path.yaml: nothing: no question of that id"),
        ("- {id: where-175b}", "path.yaml: why: Field required; add it"),
        ("id: where-175b", "path.yaml: file: expected a list of {id, why}"),
        ("- {id: where-175b, why: A.}\n- {id: where-175b, why: B.}", "path.yaml: where-175b: stands twice on the path"),
    ],
)
def test_a_fault_in_the_path_is_named(questions, complaints, rows, said):
    (questions / "path.yaml").write_text(rows)
    assert any(line.startswith(said) for line in complaints())


def test_a_path_of_questions_that_exist_is_kept_in_order(questions, copied):
    copied("second")
    (questions / "path.yaml").write_text("- {id: second, why: First.}\n- {id: where-175b, why: Then.}\n")
    assert [(step.question_id, step.why) for step in load_bank(questions).path] == [
        ("second", "First."),
        ("where-175b", "Then."),
    ]


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        ("[nothing]", "training/where-175b/question.yaml: requires: 'nothing' is not in the bank"),
        ("[where-175b]", "training/where-175b/question.yaml: requires: itself, by way of where-175b > where-175b"),
    ],
)
def test_a_prerequisite_that_cannot_be_met_is_named(edit, complaints, requires, said):
    edit("question.yaml", "given:", f"requires: {requires}\ngiven:")
    assert said in complaints()


def test_the_shipped_path_leads_through_questions_that_are_served(bank):
    served = {public.id for public in bank.practice.public}
    assert [step.question_id for step in bank.path if step.question_id not in served] == []
