import pytest

HTMX = {"hx-request": "true"}


def test_the_landing_page_asks_before_it_tells(candidate, words):
    page = candidate.http.get("/")
    assert page.status_code == 200
    assert "Thirty seconds, one guess" in words(page)
    assert page.text.count('name="guess"') == 7
    assert "of the FLOPs." not in words(page)
    assert "draw level" not in words(page)


@pytest.mark.parametrize(
    ("guess", "heading"),
    [
        ("mlp", "Right. Now move the sequence length until it is wrong."),
        ("head", "Not at this length: it is the MLP. Move the sequence length."),
        ("communication", "Not at this length: it is the MLP. Move the sequence length."),
    ],
    ids=["right", "wrong", "a component that is not there"],
)
def test_a_guess_gets_the_verdict_of_the_engine(candidate, words, guess, heading):
    page = words(candidate.http.get("/", params={"guess": guess}))
    assert heading in page
    assert "At 2 048 tokens the MLP leads with 53.3 % of the FLOPs" in page
    assert "The two largest draw level at 8 192 tokens" in page


def test_the_slider_changes_the_verdict_and_not_the_heading(candidate, words):
    page = words(candidate.http.get("/?guess=mlp&seq_len=32768"))
    assert "Right." in page
    assert "At 32 768 tokens the attention core leads with" in page
    assert "your MLP has" in page


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("abc", "Sequence length: 'abc' is not a number."),
        ("1e999", "Sequence length: '1e999' is not a finite number."),
        ("nan", "Sequence length: 'nan' is not a finite number."),
        ("12", "Sequence length: 12 is not between 512 and 65536."),
        ("-2048", "Sequence length: -2048 is not between 512 and 65536."),
        ('"><script>', "Sequence length: '\"><script>' is not a number."),
    ],
)
def test_a_value_that_does_not_fit_is_named_and_kept(candidate, words, problems, typed, complaint):
    page = candidate.http.get("/", params={"guess": "mlp", "seq_len": typed})
    assert page.status_code == 200
    assert problems(page) == [complaint]
    assert f'value="{typed}"'.replace('"><script>', "&#34;&gt;&lt;script&gt;") in page.text
    assert "At 2 048 tokens" in words(page), "computed as given instead"


def test_an_unknown_guess_is_no_guess(candidate, words):
    assert words(candidate.http.get("/?guess=gravity")) == words(candidate.http.get("/"))


def test_htmx_gets_the_round_and_a_browser_the_page(candidate):
    block = candidate.http.get("/?guess=mlp", headers=HTMX)
    assert "<html" not in block.text
    assert block.text.strip() in candidate.http.get("/?guess=mlp").text
    assert "HX-Request" in block.headers["vary"]


def test_the_problem_stands_in_what_the_slider_swaps(candidate):
    page = candidate.http.get("/?guess=mlp&seq_len=12", headers=HTMX).text
    swapped = page[page.index('id="quick-verdict"') :]
    assert "is not between" in swapped


def test_the_landing_page_leads_to_a_question(candidate):
    for path in ("/", "/?guess=mlp"):
        assert f'href="{candidate.question}"' in candidate.http.get(path).text
    assert candidate.http.get(candidate.question).status_code == 200
