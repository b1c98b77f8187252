"""A question about a measured step, walked from its table to the reveal."""

import shutil

import pytest
import yaml

from app.config import ROOT

QUESTION = "rank-of-sixteen"
SECRETS = ("64.3", "1.18", "2.8x", "2.80")


@pytest.fixture
def bank(questions):
    """The small bank and a served question about a measured step; its own claims stand for a second reader's."""
    folder = shutil.copytree(ROOT / "questions" / "profiling" / QUESTION, questions / "profiling" / QUESTION)
    (questions / "topics.yaml").write_text("- {id: training, title: Training}\n- {id: profiling, title: Profiling}\n")
    key = yaml.safe_load((folder / "key.yaml").read_text())
    key["second_reader"] = {"claims": key["claims"], "differences": "None."}
    (folder / "key.yaml").write_text(yaml.safe_dump(key))
    written = (folder / "question.yaml").read_text()
    (folder / "question.yaml").write_text(written.replace("status: draft", "status: active"))
    return questions


@pytest.fixture
def candidate(open_app, bank, visitor):
    return visitor(open_app(questions=bank), QUESTION)


def test_the_table_is_read_with_the_prompt_and_at_every_step(candidate, words):
    attempt = candidate.start()
    for path in (candidate.question, attempt):
        read = words(candidate.http.get(path))
        assert "One step of" in read
        assert "ncclKernel_SendRecv_RING_SIMPLE_Sum_int8_t in all to all of the embeddings 15 33.7 ms" in read
        assert "The whole step 215 ms" in read


def test_what_follows_from_the_table_is_told_after_the_answer_only(candidate, words):
    attempt = candidate.start()
    before = [candidate.http.get(candidate.question), candidate.http.get(attempt)]
    candidate.predict(attempt, number="1.2")
    before.append(candidate.http.get(attempt))
    for page in before:
        assert page.status_code == 200
        assert [secret for secret in SECRETS if secret in page.text] == []
    candidate.answer(attempt, "Nothing runs for most of the step, so hiding the transfers gains at most 1.18x.")
    result = words(candidate.http.get(attempt))
    print(result)
    assert "64.3" in result
    assert "1.18" in result
