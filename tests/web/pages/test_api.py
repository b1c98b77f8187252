import pytest

from app.engine.queries.ask import QUERIES


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_http_says_what_the_engine_says(candidate, query):
    answer = candidate.http.post(f"/api/v1/{query.name}", json=query.example)
    assert answer.status_code == 200
    assert answer.json() == query.answer(query.example)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_bad_input_is_one_line_that_names_the_field(candidate, query):
    answer = candidate.http.post(f"/api/v1/{query.name}", json={**query.example, "colour": "red"})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("colour: not a field")
    assert "\n" not in answer.json()["error"]


def test_every_question_is_described_with_its_example(candidate):
    paths = candidate.http.get("/api/v1/openapi.json").json()["paths"]
    assert set(paths) >= {f"/api/v1/{query.name}" for query in QUERIES}
    assert all("examples" in str(path) for path in paths.values())
