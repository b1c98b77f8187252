"""app.web.pages.attempts: the instrument with everything, its state in the URL."""

import re

import pytest

HTMX = {"hx-request": "true"}


@pytest.fixture
def explored(candidate):
    """The address of the instrument of a graded attempt."""
    return candidate.graded() + "/explore"


def permalink(page):
    return re.search(r'<a href="([^"]*)">Link to this setting', page.text)[1].replace("&amp;", "&")


def test_exploring_is_a_step_that_is_posted_and_kept(candidate, stored, step):
    attempt = candidate.graded()
    assert candidate.http.get(f"{attempt}/explore").status_code == 200
    assert stored(candidate).explored_at is None
    response = candidate.http.post(f"{attempt}/explore")
    assert (response.status_code, response.headers["location"]) == (303, f"{attempt}/explore")
    assert stored(candidate).explored_at is not None
    assert step(candidate, attempt) == "Result"


def test_before_the_answer_is_locked_there_is_none(candidate, rows):
    for attempt in (candidate.start(), candidate.answering(), candidate.answering(open_book="1")):
        before = rows(candidate.app)
        response = candidate.http.get(f"{attempt}/explore?seq_len=4096")
        assert (response.status_code, response.headers["location"]) == (303, attempt)
        assert candidate.http.post(f"{attempt}/explore").status_code == 409
        assert rows(candidate.app) == before


def test_everything_is_there_and_computed(candidate, explored, words):
    read = words(candidate.http.get(explored))
    assert "With fused attention a 4× faster attention core makes the step 1.0" in read
    assert "MLP binds:" in read
    assert "By FLOPs the attention core catches the MLP at 49 152 tokens" in read
    assert "One device holds" in read
    assert re.search(r"counted: full attention", read, re.IGNORECASE)


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("?seq_len=2048&speedup=4&attention=fused&model=gpt3-175b", ""),
        ("?attention=unfused&seq_len=8192", "?seq_len=8192&attention=unfused"),
        ("?unknown=1&seq_len=4096", "?seq_len=4096"),
        ("?seq_len=%204096%20", "?seq_len=4096"),
        ("?speedup=2.5", "?speedup=2.5"),
    ],
)
def test_the_permalink_drops_defaults_and_keeps_one_order(candidate, explored, query, canonical):
    page = candidate.http.get(explored + query)
    assert permalink(page) == explored + canonical


@pytest.mark.parametrize("typed", ["2,048", "2048.0", "2.048e3"])
def test_one_state_has_one_permalink_however_it_was_typed(candidate, explored, typed):
    assert permalink(candidate.http.get(explored, params={"seq_len": typed})) == explored


def test_a_permalink_shows_what_it_was_taken_from(candidate, explored):
    page = candidate.http.get(explored + "?hardware=h100-sxm&attention=unfused&seq_len=8192&micro_batch=2")
    assert candidate.http.get(permalink(page)).text == page.text


def test_htmx_gets_only_the_block_and_the_address_to_show(candidate, explored):
    block = candidate.http.get(explored + "?attention=unfused&seq_len=8192", headers=HTMX)
    assert block.headers["hx-replace-url"] == explored + "?seq_len=8192&attention=unfused"
    assert "<html" not in block.text
    assert "<form" not in block.text, "the sliders being moved are never swapped"
    assert block.text.strip() in candidate.http.get(explored + "?seq_len=8192&attention=unfused").text


def test_a_restore_of_history_gets_the_page(candidate, explored):
    page = candidate.http.get(explored, headers={**HTMX, "hx-history-restore-request": "true"})
    assert "<html" in page.text


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({"seq_len": "abc"}, "Sequence length: 'abc' is not a number."),
        ({"seq_len": "1"}, "Sequence length: 1 is not between 512 and 131072."),
        ({"micro_batch": "inf"}, "Micro-batch: 'inf' is not a finite number."),
        ({"speedup": "0"}, "Attention core faster by: 0 is not between 1 and 32."),
        ({"attention": "magic"}, "Attention: 'magic' is not one of fused, unfused."),
        ({"hardware": "abacus"}, "Hardware: 'abacus' is not one of v100-32gb-sxm,"),
    ],
    ids=str,
)
def test_a_value_that_does_not_fit_is_named_kept_and_the_given_computed(
    candidate, explored, problems, query, complaint
):
    page = candidate.http.get(explored, params=query)
    (found,) = problems(page)
    assert page.status_code == 200
    assert found.startswith(complaint)
    assert "makes the step" in page.text
    if query.keys() <= {"seq_len", "micro_batch", "speedup"}:
        (value,) = query.values()
        assert f'value="{value}"' in page.text


@pytest.mark.parametrize("query", [{"seq_len": "2048.5"}, {"micro_batch": "1.5"}], ids=str)
def test_there_is_no_half_token(candidate, explored, problems, query):
    assert problems(candidate.http.get(explored, params=query))


@pytest.mark.parametrize("slider", ["model", "hardware", "attention"])
def test_every_choice_of_every_slider_can_be_taken(candidate, explored, problems, slider, bank):
    (choices,) = [
        found.choices for found in bank.practice.question("where-175b").public.sliders if found.name == slider
    ]
    for choice in choices:
        page = candidate.http.get(explored, params={slider: choice})
        assert (page.status_code, problems(page)) == (200, []), choice
        assert f'value="{choice}" selected' in page.text


def test_a_chip_without_bf16_works_in_what_it_has(candidate, explored, words):
    assert "makes the step" in words(candidate.http.get(f"{explored}?hardware=v100-32gb-sxm"))


def test_naming_the_chip_that_is_given_changes_nothing(candidate, explored):
    page = candidate.http.get(f"{explored}?hardware=a100-80gb-sxm")
    assert page.text == candidate.http.get(explored).text


def test_the_speedup_slider_moves_the_verdict_and_not_the_time(candidate, explored, words):
    four, huge = (words(candidate.http.get(f"{explored}?speedup={factor}")) for factor in (4, 32))
    took = r"It takes [\d.]+–[\d.]+ \w+"
    assert re.search(took, four)[0] == re.search(took, huge)[0]
    assert "a 32× faster attention core" in huge


def test_what_would_help_what_binds_where_and_why_stand_below(candidate, explored, words):
    read = words(candidate.http.get(explored))
    assert "On these chips most is gained by" in read
    assert "Here the MLP binds, waiting for compute." in read
    assert "meet at 153 FLOP for each byte" in read
    assert "How the numbers come about" in read


def test_a_slider_that_moves_asks_for_the_readings_and_one_that_rests_for_the_study(candidate, explored):
    query = explored + "?seq_len=65536"
    readings = candidate.http.get(query, headers={**HTMX, "hx-target": "div#readings"}).text
    study = candidate.http.get(query, headers={**HTMX, "hx-target": "div#study"}).text
    assert "makes the step" in readings and 'id="levers"' not in readings
    assert 'id="levers"' in study and "makes the step" not in study
    page = candidate.http.get(query).text
    assert readings.strip() in page and study.strip() in page
