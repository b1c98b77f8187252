"""The author's preview: both roles on one page, for this machine alone, read again after every change."""

import re

import pytest
from fastapi.testclient import TestClient

from app.config import ROOT, Settings
from app.main import create_app
from app.web.preview import preview_app, stamp_of


@pytest.fixture
def folder(questions):
    return questions / "training" / "where-175b"


@pytest.fixture
def http(folder):
    app = preview_app(templates=ROOT / "templates", static=ROOT / "static", folders=lambda: (folder,))
    return TestClient(app)


def change(folder, file, old, new):
    path = folder / file
    written = path.read_text()
    assert old in written
    path.write_text(written.replace(old, new, 1))


def test_both_roles_stand_side_by_side(http):
    page = http.get("/where-175b").text
    candidate, _, holder = page.partition("What the holder of the key reads")
    assert "Your colleague will believe one measurement." in candidate
    assert "Follow-up: long-documents: seq_len 65536 (flips the answer)" in candidate
    for secret in (
        "Binds: <b>mlp and compute</b>",
        "64.6",
        "(8 points)",
        "Verdict: robust in ",
        "over-correction, labelled",
    ):
        assert secret in holder
        assert secret not in candidate
    assert "where-175b" in http.get("/").text


def test_a_page_is_read_again_and_its_stamp_tells_the_change(http, folder):
    before = http.get("/where-175b/stamp").text
    assert before == stamp_of(folder)
    change(folder, "question.yaml", "title: Where do you", "title: Where would you")
    assert http.get("/where-175b/stamp").text != before
    assert "Where would you spend" in http.get("/where-175b").text


def test_faults_are_shown_instead_of_the_question(http, folder):
    change(folder, "key.yaml", "by_hand: 0.6464", "by_hand: 0.7")
    page = http.get("/where-175b")
    assert page.status_code == 200
    assert "training/where-175b/key.yaml: claims.2: main.share.flops.mlp is 0.6464" in page.text
    assert "What the holder" not in page.text


def test_what_is_not_there_is_not_found(http):
    assert http.get("/another").status_code == 404
    assert http.get("/another/stamp").status_code == 404


def test_the_preview_follows_the_policy_of_all_pages(http):
    page = http.get("/where-175b")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert not re.search(r"<script>|style=|onclick=", page.text)


def test_the_app_that_candidates_reach_has_no_preview(database_url, small_bank, visitor):
    app = create_app(Settings(database_url=database_url, questions=small_bank))
    for path in ("/where-175b", "/where-175b/stamp", "/preview/where-175b"):
        assert visitor(app).http.get(path).status_code == 404
    app.state.database.close()


def test_a_measured_step_is_shown_as_the_candidate_reads_it():
    place = ROOT / "questions" / "profiling" / "rank-of-sixteen"
    app = preview_app(templates=ROOT / "templates", static=ROOT / "static", folders=lambda: (place,))
    candidate, _, _ = TestClient(app).get("/rank-of-sixteen").text.partition("What the holder of the key reads")
    assert "<code>ncclKernel_SendRecv_RING_SIMPLE_Sum_int8_t</code>" in candidate
