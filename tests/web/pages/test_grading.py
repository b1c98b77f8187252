"""POST /api/v1/grade: for scripts, before anything is locked."""

import pytest

PUBLIC_ID = "q7m4c2xk9d"
TEXT = "The MLP is 65 % of the FLOPs, the attention core 2.7 %: a free core gives 1.03x at most."


@pytest.fixture
def send(candidate):
    def post(name=PUBLIC_ID, **body):
        return candidate.http.post(f"/api/v1/grade/{name}", json=body or {"text": TEXT})

    return post


@pytest.fixture
def described(candidate):
    return candidate.http.get("/api/v1/openapi.json").json()


def test_an_answer_gets_its_marks_and_what_was_read(send):
    answer = send()
    assert answer.status_code == 200
    found = answer.json()
    assert list(found) == ["overall", "axes", "criteria"]
    numbers = next(item for item in found["criteria"] if item["id"].startswith("numbers."))
    assert any("65 %" in TEXT[span["start"] : span["end"]] for span in numbers["spans"])
    assert answer.headers["cache-control"] == "no-store"


def test_the_marks_are_those_that_handing_in_gives(send, candidate):
    attempt = candidate.graded(TEXT)
    assert f">{send().json()['overall']}<" in candidate.http.get(attempt).text


def test_a_question_is_known_by_its_public_id_and_by_its_id(send):
    assert send("where-175b").content == send().content


def test_nothing_is_kept(send):
    assert "set-cookie" not in send().headers


@pytest.mark.parametrize("name", ["nothing", "where-175c", "Q7M4C2XK9D", "%00", "..%2Fanalyze"])
def test_an_unknown_question_is_not_found(send, name):
    answer = send(name)
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


def test_a_draft_cannot_be_told_from_what_is_not_there(open_app, visitor, questions):
    path = questions / "training" / "where-175b" / "question.yaml"
    path.write_text(path.read_text().replace("status: active", "status: draft"))
    http = visitor(open_app(questions=questions)).http
    answers = [http.post(f"/api/v1/grade/{name}", json={"text": TEXT}) for name in (PUBLIC_ID, "where-175b", "nothing")]
    assert {(answer.status_code, answer.content, str(answer.headers)) for answer in answers} == {
        (404, answers[2].content, str(answers[2].headers))
    }


@pytest.mark.parametrize(
    ("body", "status", "complaint"),
    [
        ({"text": "x" * 20_001}, 413, "The answer is 20,001 characters long; at most 20,000 are taken."),
        ({"text": 5}, 422, "text: "),
        ({"answer": TEXT}, 422, "text: "),
        ({"text": TEXT, "question": "x"}, 422, "question: "),
        ({"text": "x" * 1_100_000}, 413, "A request may carry at most 1024 KiB"),
    ],
    ids=["too long", "no text", "another field", "a field too many", "larger than any answer"],
)
def test_what_cannot_be_graded_is_refused_in_one_line(send, body, status, complaint):
    answer = send(**body)
    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert answer.json()["error"].startswith(complaint)
    assert "\n" not in answer.json()["error"]


def test_the_longest_answer_is_taken(send):
    assert send(text="x" * 20_000).json()["overall"] == 0


@pytest.mark.parametrize(
    "text", ["", "\u0000", "🙂🙂 The MLP is 65 % of the FLOPs.", "I \u2028 know nothing"], ids=ascii
)
def test_any_text_gets_an_answer(send, text):
    found = send(text=text).json()
    spans = [span for item in found["criteria"] for span in item["spans"]]
    assert all(0 <= span["start"] < span["end"] <= len(text) for span in spans)


def test_half_a_character_is_refused(candidate):
    answer = candidate.http.post(f"/api/v1/grade/{PUBLIC_ID}", content=b'{"text": "\\ud800"}')
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/json"


def test_the_description_carries_an_example_that_works(candidate, described):
    operation = described["paths"]["/api/v1/grade/{question}"]["post"]
    (question,) = operation["parameters"][0]["schema"]["examples"]
    (body,) = operation["requestBody"]["content"]["application/json"]["schema"]["examples"]
    answer = candidate.http.post(f"/api/v1/grade/{question}", json=body)
    assert answer.status_code == 200
    assert set(answer.json()) == set(described["components"]["schemas"]["Graded"]["properties"])
    assert any(item["spans"] for item in answer.json()["criteria"])
    assert answer.json()["overall"] < 30, "an example must not be an answer"


@pytest.mark.parametrize("status", ["404", "413", "422"])
def test_every_refusal_is_described(described, status):
    refusal = described["paths"]["/api/v1/grade/{question}"]["post"]["responses"][status]
    assert refusal["content"]["application/json"]["schema"]["$ref"].endswith("/Refused")
