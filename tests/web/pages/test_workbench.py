"""app.web.pages.workbench: an open engine tool whose state is in the address."""

import csv
import io
import re
import xml.etree.ElementTree as ET

import pytest

from app.engine import ENGINE_VERSION

HTMX = {"hx-request": "true"}
CONFIG = (
    '{"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads": 32, '
    '"intermediate_size": 11008, "vocab_size": 32000}'
)


@pytest.fixture
def http(candidate):
    return candidate.http


def test_it_is_open_to_everybody_and_writes_nothing(candidate, rows, words):
    before = rows(candidate.app)
    read = words(candidate.http.get("/workbench"))
    assert "Llama-3.1-70B on 8 × NVIDIA H100 SXM" in read
    assert "binds:" in read and "On these chips most is gained by" in read
    assert rows(candidate.app) == before


def test_two_situations_stand_side_by_side(http, words):
    read = words(http.get("/workbench?b.hardware=h200-sxm"))
    assert "A: Llama-3.1-70B on 8 × NVIDIA H100 SXM" in read
    assert "B: Llama-3.1-70B on 8 × NVIDIA H200 SXM" in read
    assert re.search(r"B is 1\.2\d× as fast : a step takes", read)
    assert "1.43 times the memory rate" in read


def test_the_same_situation_twice_is_as_fast(http, words):
    assert "B is as fast as A" in words(http.get("/workbench?compare=1"))


def test_the_slider_gets_the_readings_and_the_address_to_show(http):
    block = http.get("/workbench?batch=64", headers={**HTMX, "hx-target": "div#readings"})
    assert block.headers["hx-replace-url"] == f"/workbench?phase=decode&batch=64&engine={ENGINE_VERSION}"
    assert "<form" not in block.text and 'id="levers"' not in block.text
    study = http.get("/workbench?batch=64", headers={**HTMX, "hx-target": "div#study"}).text
    assert 'id="levers"' in study


def test_a_link_of_another_engine_says_which(http, words):
    assert "This link was made with engine 0" in words(http.get("/workbench?engine=0"))


def test_another_phase_keeps_the_length_and_the_batch(http):
    page = http.get("/workbench?context_len=4096&batch=3&model=llama3.1-8b").text
    assert 'href="/workbench?phase=prefill&amp;model=llama3.1-8b&amp;prompt_len=4096&amp;batch=3"' in page
    assert 'href="/workbench?phase=training&amp;model=llama3.1-8b&amp;seq_len=4096&amp;micro_batch=3"' in page


def test_a_pasted_config_becomes_a_part_of_the_address(http, words):
    response = http.post("/workbench/model?batch=4", data={"config": CONFIG})
    assert response.status_code == 303
    page = http.get(response.headers["location"])
    assert "llama on 8 × NVIDIA H100 SXM" in words(page)
    assert "the model that you pasted" in page.text
    assert "batch 4" in words(page)


def test_what_is_no_config_comes_back_with_the_reason(http, problems):
    page = http.post("/workbench/model", data={"config": '{"model_type": "bert"} <b>'})
    assert page.status_code == 422
    assert any(problem.startswith("model: this is not JSON") for problem in problems(page))
    assert "{&#34;model_type&#34;: &#34;bert&#34;} &lt;b&gt;</textarea>" in page.text


def test_a_wrong_value_is_shown_where_it_was_typed(http, problems):
    page = http.get("/workbench?batch=lots&b.tp=7")
    assert page.status_code == 200
    assert "Batch: 'lots' is not a number." in problems(page)
    assert 'value="lots"' in page.text


def test_the_table_can_be_taken_along_in_base_units(http):
    response = http.get("/workbench/table.csv?b.hardware=h200-sxm")
    assert response.headers["content-type"].startswith("text/csv")
    assert 'filename="chokepoint.csv"' in response.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(response.text.partition("\n\n")[0])))
    assert {row["situation"] for row in rows} == {"A", "B"}
    assert sum(float(row["time_share"]) for row in rows if row["situation"] == "A") == pytest.approx(1)
    assert f"engine,{ENGINE_VERSION}" in response.text


def test_the_report_is_markdown_with_its_address(http):
    text = http.get("/workbench/report.md?b.hardware=h200-sxm").text
    assert "## A: Llama-3.1-70B" in text and "## From A to B" in text
    assert "| --- |" in text
    assert text.rstrip().endswith(
        f"<http://testserver/workbench?phase=decode&b.hardware=h200-sxm&engine={ENGINE_VERSION}>"
    )


def test_the_figure_stands_alone(http):
    response = http.get("/workbench/figure.svg?model=mixtral-8x7b")
    root = ET.fromstring(response.text)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert response.headers["content-type"] == "image/svg+xml"
    assert "class=" not in response.text and "style=" not in response.text
    assert "The experts bind" in root.attrib["aria-label"]


def test_a_name_that_somebody_pasted_is_text_everywhere(http):
    widths = '"n_layers":2,"d_model":64,"n_heads":8,"n_kv_heads":8,"d_head":8,"d_ff":256,"vocab_size":9'
    shape = f'{{"name":"<script>x</script>|",{widths}}}'
    for path in ("/workbench", "/workbench/figure.svg"):
        assert "<script>x" not in http.get(path, params={"model": shape}).text
    assert "\\|" in http.get("/workbench/report.md", params={"model": shape}).text
