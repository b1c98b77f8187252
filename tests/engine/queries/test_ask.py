import json

import pytest

from app.engine.queries.ask import QUERIES


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_every_example_has_an_answer_in_plain_json(query):
    found = query.answer(query.example)
    assert found
    assert json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_field_that_nobody_asked_for_is_named(query):
    with pytest.raises(ValueError, match="colour: not a field"):
        query.answer({**query.example, "colour": "red"})


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_an_empty_question_says_what_is_missing(query):
    with pytest.raises(ValueError, match=r"missing|needed|required|not given"):
        query.answer({})
