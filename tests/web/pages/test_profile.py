"""The profile page without JavaScript: upload, move a kernel, compare, export, keep, delete."""

import html
import io
import json
import re
import threading
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "profile" / "data"
A100 = DATA / "a100_train_three_steps.json.gz"
LIGHT = DATA / "mi250_minitoy_train.json.gz"


@pytest.fixture
def http(candidate):
    return candidate.http


@pytest.fixture
def upload(http):
    def of(content, name="trace.json.gz", **fields):
        raw = content.read_bytes() if isinstance(content, Path) else content
        return http.post("/profile", files={"file": (name, raw)}, data=fields)

    return of


@pytest.fixture
def again(http):
    """Posts a result page's form with some fields changed."""

    def of(page, **fields):
        whole = {"summary": summary_of(page), **selects_of(page), **fields}
        return http.post("/profile/again", data=whole, follow_redirects=False)

    return of


def summary_of(page):
    return html.unescape(re.search(r'name="summary" value="([^"]*)"', page.text)[1])


def selects_of(page):
    """The select of each kernel and the group chosen in it."""
    found = {}
    for name, options in re.findall(r'<select name="(group-\d+)".*?>(.*?)</select>', page.text, re.DOTALL):
        found[name] = re.search(r'value="(\w+)" selected', options)[1]
    return found


def test_the_upload_page_says_what_can_be_read_and_how_large(http, words):
    page = http.get("/profile")
    assert page.status_code == 200
    assert "At most 256 MiB. It is read and forgotten." in words(page)
    assert "cuda_gpu_kern_sum" in page.text


def test_a_trace_becomes_shares_a_verdict_and_levers(upload, words):
    page = upload(A100)
    text = words(page)
    assert page.status_code == 200
    for said in (
        "For 64.3 % of the step no kernel is recorded, mostly inside captured graphs",
        "Of what is recorded, communication takes most, 15.3 %",
        "56.7 % inside captured graphs",
        "Record a step without graphs to see them",
        "Basis: measured, share of the wall time over 2 steps",
        "communication binds : 15.3 % of wall time",
        "Overlap of 90% of the communication",
        "NVIDIA A100-SXM4-80GB",
    ):
        assert said in text


def test_a_device_that_waits_for_its_host_is_told(upload, words):
    text = words(upload(DATA / "mi250_minitoy_train.json.gz"))
    assert "Nothing runs for 98.3 % of the step: without these gaps it would be at most" in text
    assert "idle binds : 98.3 % of wall time, 0 % of busy time" in text
    assert "CUDA graphs: acts on launch gaps" in text


def test_nothing_is_stored_unless_the_person_asks(upload, again, candidate, rows):
    before = rows(candidate.app)
    page = upload(A100)
    again(page, do="show")
    again(page, do="json")
    assert rows(candidate.app) == before
    with candidate.app.state.database.read() as session:
        from sqlalchemy import text

        assert session.execute(text("SELECT count(*) FROM profile")).scalar() == 0


def test_a_kernel_that_is_moved_takes_its_time_along(upload, again, words):
    page = upload(A100)
    chosen = selects_of(page)
    assert chosen["group-0"] == "communication"
    moved = again(page, **{"group-0": "head", "do": "show"})
    assert selects_of(moved)["group-0"] == "head"
    assert "Of what is recorded, output head takes most" in words(moved)
    assert "communication" not in words(moved).split("Wall time")[1].split("Idle for")[0]
    back = again(moved, **{"group-0": "communication", "do": "show"})
    assert "recorded, <b>communication</b> takes most" in back.text


def test_a_scenario_is_compared_and_what_does_not_fit_is_said(upload, again, words):
    page = upload(A100)
    compared = again(page, model="llama3.1-8b", phase="training", length="2048", do="show")
    assert "The step" in words(compared)
    assert "Predictions of this kind were off by" in words(compared)
    assert 'value="2048"' in compared.text
    wrong = again(page, model="llama3.1-8b", phase="training", length="minus two", do="show")
    assert wrong.status_code == 200
    assert "'minus two' is not a number" in words(wrong)
    assert "no kernel is recorded" in words(wrong)


def test_the_rest_of_a_scenario_can_be_typed_as_yaml(upload, again, words):
    page = upload(A100)
    more = "{model: llama3.1-8b, hardware: h100-sxm, seq_len: 1024, plan: {tp: 2}, n_devices: 16}"
    assert "The step" in words(again(page, more=more, do="show"))
    assert "more: expected fields" in words(again(page, more="- 5", do="show"))
    assert "plan.tpp: not a part of a plan" in words(again(page, more=more.replace("tp: 2", "tpp: 2"), do="show"))


def test_a_scenario_may_come_with_the_file(upload, words):
    page = upload(A100, model="llama3.1-8b", phase="training", length="2048")
    assert "Change what the job is" in words(page)


def test_exports_are_downloads(upload, again):
    page = upload(A100)
    found = again(page, do="json")
    assert found.headers["content-disposition"] == 'attachment; filename="profile.json"'
    assert found.json()["groups"]["communication"]["calls"] == 30
    markdown = again(page, do="markdown")
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert markdown.text.startswith("# Where the time went\n")


def test_the_exported_summary_can_be_uploaded_again(upload, again):
    found = again(upload(A100), do="json").json()["profile"]
    assert upload(json.dumps(found).encode(), "summary.json").status_code == 200


def test_a_summary_is_kept_under_a_link_and_deleted_by_who_kept_it(upload, again, http, visitor, candidate, words):
    page = upload(LIGHT)
    kept = again(page, do="keep", **{"group-1": "projections"})
    path = kept.headers["location"]
    assert kept.status_code == 303
    assert re.fullmatch(r"/profile/[\w-]{22}", path)
    assert "Delete this summary" in http.get(path).text
    assert "Keep this summary" not in http.get(path).text
    assert selects_of(http.get(path))["group-1"] == "projections"
    assert "kept on" in words(http.get("/profile"))
    stranger = visitor(candidate.app).http
    assert stranger.get(path).status_code == 200
    assert "Delete this summary" not in stranger.get(path).text
    assert stranger.post(f"{path}/delete").status_code == 404
    assert http.post(f"{path}/delete", follow_redirects=False).headers["location"] == "/profile"
    assert http.get(path).status_code == 404


def test_a_kept_scenario_is_compared_again(upload, again, http, words):
    kept = again(upload(A100), do="keep", model="llama3.1-8b", phase="training", length="2048")
    assert "The step" in words(http.get(kept.headers["location"]))


def test_an_unknown_link_is_404(http):
    assert http.get("/profile/nobody").status_code == 404
    assert http.post("/profile/nobody/delete").status_code == 404


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "x.json: the file is empty."),
        (b'{"traceEvents": [', "x.json: the JSON ends too early"),
        (b"[" * 200_000, "x.json: the JSON is nested too deeply"),
        (b"hello", "x.json: no known form"),
        (b"kernel,time\na,1\n", "x.json: the column 'time' has no unit"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_line_beside_the_form(upload, problems, content, message):
    page = upload(content, "x.json")
    assert page.status_code == 422
    (problem,) = problems(page)
    assert problem.startswith(message)
    assert 'type="file"' in page.text


def test_without_a_file_the_form_asks_for_one(http, problems):
    page = http.post("/profile", data={"model": "gpt3-175b"}, files={"other": ("", b"")})
    assert problems(page)[0] == "Choose a file first."
    assert 'value="gpt3-175b" selected' in page.text


def test_a_file_name_cannot_break_the_page(upload):
    page = upload(b"hello", '<script>alert("x")</script>.json')
    assert "<script>alert" not in page.text


def test_names_of_kernels_cannot_break_the_page(upload):
    event = {"ph": "X", "cat": "kernel", "pid": 0, "tid": 1, "ts": 1, "dur": 9, "name": '"><script>alert(1)</script>'}
    page = upload(json.dumps({"traceEvents": [event]}).encode())
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("summary", ["", "x", "[]", '{"format": "chokepoint-profile", "version": 1}', "[" * 100_000])
def test_a_summary_that_was_tampered_with_is_refused_in_a_sentence(http, summary):
    page = http.post("/profile/again", data={"summary": summary})
    assert page.status_code == 422
    assert "Traceback" not in page.text


def test_a_group_that_does_not_exist_is_refused(upload, again):
    assert again(upload(LIGHT), **{"group-0": "mine"}).status_code == 422


def test_a_row_that_does_not_exist_changes_nothing(upload, again):
    assert again(upload(LIGHT), **{"group-99999": "mlp", "group-x": "mlp"}).status_code == 200


def test_a_file_beyond_the_limit_is_refused_and_other_pages_keep_their_own(open_app, visitor):
    app = open_app(profile_mib=1)
    http = visitor(app).http
    assert http.post("/profile", files={"file": ("x.json", b" " * (2 << 20))}).status_code == 413
    assert "1024 KiB" in http.post("/profile", files={"file": ("x.json", b" " * (2 << 20))}).text
    assert "At most 1 MiB" in http.get("/profile").text
    assert http.post("/profile/again", data={"summary": "x" * (3 << 20)}).status_code == 413


def test_one_file_is_read_at_a_time(upload, candidate, monkeypatch, problems):
    from app.web.pages import profile

    monkeypatch.setattr(profile, "_TURN_S", 0.05)
    turn: threading.Lock = candidate.app.state.profiling
    with turn:
        page = upload(LIGHT)
    assert page.status_code == 503
    assert "Another profile is being read" in problems(page)[0]
    assert upload(LIGHT).status_code == 200
    assert upload(io.BytesIO(b"hello").getvalue()).status_code == 422
    assert upload(LIGHT).status_code == 200


def test_a_kernel_summary_has_no_idle_time_and_says_so(upload, words):
    page = upload(b"kernel,calls,time_us\nnvjet_1,5,800\nflash_fwd_kernel,5,200\n", "table.csv")
    text = words(page)
    assert "Matmul, unassigned takes 80.0 % of the kernels' time" in text
    assert "a table has no timeline" in text
    assert "Idle time" not in text
    assert "MLP between 0 % and 80.0 %" in text
