import re
from urllib.parse import urljoin

import pytest
import yaml

from app.bank.read import FILES

NOTHING = {"mock": 0, "estimate_round": 0}


@pytest.fixture
def drafted(questions):
    """The questions, with a draft beside the first."""
    folder = questions / "training"
    (folder / "not-yet").mkdir()
    for name in FILES:
        written = (folder / "where-175b" / f"{name}.yaml").read_text()
        (folder / "not-yet" / f"{name}.yaml").write_text(
            written.replace("where-175b", "not-yet").replace("q7m4c2xk9d", "draftdraft").replace("active", "draft")
        )
    return questions


def test_the_list_has_every_question_that_is_served_and_no_draft(open_app, visitor, drafted):
    candidate = visitor(open_app(questions=drafted))
    links = re.findall(r'class="question" href="([^"]+)"', candidate.http.get("/practice").text)
    assert links == [f"/q/{question.public_id}" for question in candidate.app.state.bank.practice.public]
    assert candidate.http.get(links[0]).status_code == 200
    assert candidate.http.get("/q/draftdraft").status_code == 404
    assert candidate.http.post("/q/draftdraft/attempts").status_code == 404


def test_a_question_shows_its_prompt_what_is_given_and_the_way_on(candidate, words):
    page = candidate.http.get(candidate.question)
    read = words(page)
    assert "Where do you spend the next quarter?" in read
    assert "A colleague proposes to spend the next quarter" in read
    assert "96 × 12 288" in read
    assert "49 152 (4 × width, not gated)" in read
    assert 'aria-current="step"><b>1</b>' in page.text
    assert f'<form method="post" action="{candidate.question}/attempts">' in page.text


def test_urls_say_neither_topic_nor_name_of_the_question(candidate):
    pages = [candidate.http.get(path).text for path in ("/", "/practice", candidate.question)]
    pages.append(candidate.http.get(candidate.start()).text)
    for page in pages:
        assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', page) if "175b" in link]
        assert "/training" not in page


@pytest.mark.parametrize("path", ["/q/nothere", "/q/where-175b", "/q/", "/q/nothere/attempts"])
def test_an_unknown_question_is_not_found(candidate, path):
    method = candidate.http.post if path.endswith("attempts") else candidate.http.get
    assert method(path).status_code == 404


def test_nothing_is_kept_of_a_visitor_who_only_reads(candidate, rows):
    app = candidate.http.app
    empty = rows(app)
    for path in ("/", "/?guess=mlp", "/practice", candidate.question, f"{candidate.question}/attempts", "/nothing"):
        response = candidate.http.get(path)
        assert "set-cookie" not in response.headers
        candidate.http.head(path)
    assert rows(app) == empty
    assert not any(empty.values())


def test_the_first_write_makes_the_person_and_the_attempt_and_hands_out_the_cookie(candidate, rows):
    response = candidate.http.post(f"{candidate.question}/attempts")
    cookie = response.headers["set-cookie"]
    assert response.status_code == 303
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie, "over plain http a browser would drop it"
    kept = rows(candidate.app)
    assert {table: len(found) for table, found in kept.items()} == {
        **NOTHING,
        "person": 1,
        "question_version": 1,
        "attempt": 1,
    }
    secret = re.match(r"chokepoint_person=([0-9a-f]{32});", cookie)[1]
    assert secret not in str(kept)


def test_over_https_the_cookie_is_secure(open_app, visitor):
    candidate = visitor(open_app())
    start = urljoin("https://choke.example", f"{candidate.question}/attempts")
    assert "; Secure" in candidate.http.post(start).headers["set-cookie"]


def test_a_second_attempt_is_the_same_persons_and_stores_the_question_once(candidate, rows):
    candidate.start()
    again = candidate.http.post(f"{candidate.question}/attempts")
    assert "set-cookie" not in again.headers
    kept = rows(candidate.app)
    assert {table: len(found) for table, found in kept.items()} == {
        **NOTHING,
        "person": 1,
        "question_version": 1,
        "attempt": 2,
    }


def test_a_cookie_that_is_nobodys_starts_a_new_person(candidate):
    candidate.http.cookies.set("chokepoint_person", "f" * 32)
    assert candidate.http.post(f"{candidate.question}/attempts").headers["set-cookie"].startswith("chokepoint_person=")


def test_below_a_sub_path_every_address_of_every_page_carries_it(open_app, visitor):
    root_path = "/tools/choke"
    candidate = visitor(open_app(root_path=root_path))
    attempt = candidate.start()
    paths = (f"{root_path}/", f"{root_path}/practice", root_path + candidate.question, attempt)
    pages = [candidate.http.get(path) for path in paths]
    candidate.predict(attempt, open_book="1")
    pages.append(candidate.http.get(attempt))
    candidate.answer(attempt)
    pages += [candidate.http.get(attempt), candidate.http.get(f"{attempt}/explore")]
    for page in pages:
        assert page.status_code == 200
        addresses = re.findall(r'(?:href|src|action|hx-get|data-autosave)="([^"#]+)"', page.text)
        assert [address for address in addresses if not address.startswith(root_path + "/")] == [], page.url


def test_the_questions_of_the_bank_are_served_as_their_files_say(bank, questions):
    written = yaml.safe_load((questions / "training" / "where-175b" / "question.yaml").read_text())
    public = bank.practice.served(written["public_id"])
    assert (public.title, public.minutes, public.level) == (written["title"], written["minutes"], written["level"])
