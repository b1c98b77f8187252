"""Questions that give a measured step: facts of the table in prose, laws and rubrics, and a table for the candidate."""

from pathlib import Path

import pytest

from app.bank.errors import BadQuestion
from app.bank.figures import BadFigure, Names, figure
from app.bank.laws import with_figures
from app.bank.load import load_question
from app.bank.prove_red import prove_red
from app.profile.accounting import accounts
from app.profile.table import profile_of_step
from app.web.views.situation import measured_view

QUESTIONS = Path(__file__).parents[2] / "questions" / "profiling"
IDS = ("rank-of-sixteen", "two-layer-copy", "toy-on-a-big-chip")


@pytest.fixture(scope="module")
def measured():
    return {one: load_question(QUESTIONS / one, topic="profiling") for one in IDS}


@pytest.fixture
def names():
    rows = [{"kernel": "rms_norm_kernel", "time_s": 0.03}, {"kernel": "flash_fwd_kernel", "time_s": 0.01}]
    return Names(analyses={}, profile=accounts(profile_of_step({"device": "x", "step_s": 0.1, "kernels": rows})))


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("profile.share.wall.norms", 0.3),
        ("profile.share.busy.norms+attention_core", 1.0),
        ("profile.idle_share", 0.6),
        ("1 - profile.idle_share | %", 0.4),
        ("ceiling(share=profile.share.wall.norms) | x", 1 / 0.7),
        ("profile.bottleneck", "norms"),
    ],
)
def test_a_figure_may_name_a_measured_fact(names, reference, value):
    found = figure(reference, names).value
    assert found == value if isinstance(value, str) else found == pytest.approx(value)


def test_an_unknown_measured_fact_is_refused_with_a_hint(names):
    with pytest.raises(BadFigure, match=r"did you mean profile\.idle_share"):
        figure("profile.idle_shar", names)
    with pytest.raises(BadFigure, match=r"question\.yaml gives no profile"):
        figure("profile.idle_share", Names(analyses={}))


def test_a_rubric_gets_measured_facts_as_numbers_in_a_law(names):
    written = {"figure": ["profile.idle_share", "ceiling(share=profile.idle_share) | x"], "text": "a profile. of it"}
    put_in = with_figures(written, names, {})
    assert put_in["figure"][0] == "measured(value=0.6) | 1"
    assert put_in["figure"][1] == "ceiling(share=measured(value=0.6)) | x"
    assert put_in["text"] == "a profile. of it"
    assert figure(put_in["figure"][1], names).value == pytest.approx(2.5)


@pytest.mark.parametrize("one", IDS)
def test_a_question_reads_its_key_from_the_table(measured, one):
    question = measured[one]
    assert question.public.profile is not None
    assert question.public.scenarios == {}
    assert question.key.predicted_number > 0


def test_the_table_shows_kernels_and_times_and_nothing_that_follows(measured):
    view = measured_view(measured["rank-of-sixteen"].public.profile)
    assert view.kernels[0] == (
        "ncclKernel_SendRecv_RING_SIMPLE_Sum_int8_t",
        "all to all of the embeddings",
        "15",
        "33.7\u00a0ms",
    )
    assert view.whole[0] == ("The whole step", "215\u00a0ms")
    shown = " ".join(str(part) for row in (*view.kernels, *view.whole) for part in row)
    for secret in ("%", "binds", "idle", "64.3", "projections", "unassigned"):
        assert secret not in shown


@pytest.mark.parametrize("one", IDS)
def test_every_claim_breaks_under_some_mistake(measured, one):
    unbroken = [proof for proof in prove_red([measured[one]]) if proof.broken_by is None]
    assert [proof.fact for proof in unbroken] == []


def test_a_table_that_does_not_fit_is_a_bad_question(measured, tmp_path):
    folder = tmp_path / "two-layer-copy"
    folder.mkdir()
    for file in (QUESTIONS / "two-layer-copy").iterdir():
        (folder / file.name).write_text(file.read_text().replace("step_s: 0.026126", "step_s: 0.001"))
    with pytest.raises(BadQuestion, match=r"profile: step_s: 0\.001 is less than its kernels take"):
        load_question(folder, topic="profiling")
