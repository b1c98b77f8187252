"""app.web.pages: whose attempt it is, and what never changes one."""

import pytest

STEPS = ("start", "answering", "graded")
BELOW = ("", "/explore", "/explore?seq_len=4096")
ACTIONS = ("/prediction", "/open-book", "/draft", "/answer", "/explore")


def everything(response):
    """What a visitor can tell one response from another by."""
    return response.status_code, sorted(response.headers.items()), response.content


@pytest.mark.parametrize("at", STEPS)
@pytest.mark.parametrize("known", [True, False], ids=["another person", "no person"])
def test_somebody_elses_attempt_looks_like_one_that_never_was(candidate, visitor, at, known):
    attempt = getattr(candidate, at)()
    stranger = visitor(candidate.app)
    if known:
        stranger.start()
    for suffix in BELOW:
        theirs, nobodys = (stranger.http.get(path + suffix) for path in (attempt, "/attempts/AAAAAAAAAAAAAAAAAAAAAA"))
        assert theirs.status_code == 404
        assert everything(theirs) == everything(nobodys)
    for action in ACTIONS:
        form = {"text": "mine", "revision": "0", "component": "mlp"}
        theirs, nobodys = (
            stranger.http.post(path + action, data=form) for path in (attempt, "/attempts/AAAAAAAAAAAAAAAAAAAAAA")
        )
        assert theirs.status_code == 404
        assert everything(theirs) == everything(nobodys)


def test_a_stranger_changes_nothing(candidate, visitor, rows):
    attempt = candidate.answering()
    before = rows(candidate.app)
    stranger = visitor(candidate.app)
    for action in ACTIONS:
        stranger.http.post(attempt + action, data={"text": "theirs", "revision": "0"})
    assert rows(candidate.app) == before


@pytest.mark.parametrize("at", STEPS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"])
def test_only_a_post_changes_something(candidate, rows, at, method):
    attempt = getattr(candidate, at)()
    before = rows(candidate.app)
    for path in ("/", "/practice", candidate.question, f"{candidate.question}/attempts"):
        candidate.http.request(method, path)
    for suffix in (*BELOW, *ACTIONS, "?guess=mlp&text=x&revision=0&open_book=1"):
        candidate.http.request(method, attempt + suffix)
    assert rows(candidate.app) == before


@pytest.mark.parametrize("at", STEPS)
@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}], ids=str)
def test_a_form_on_another_site_changes_nothing(candidate, rows, at, headers):
    attempt = getattr(candidate, at)()
    before = rows(candidate.app)
    for path in (f"{candidate.question}/attempts", *(attempt + action for action in ACTIONS)):
        refused = candidate.http.post(path, data={"text": "theirs", "revision": "0"}, headers=headers)
        assert refused.status_code == 403
    assert rows(candidate.app) == before


def test_a_page_of_an_attempt_is_never_kept_by_a_shared_cache(candidate):
    for attempt in (candidate.start(), candidate.answering(), candidate.graded()):
        assert "private" in candidate.http.get(attempt).headers["cache-control"]
