"""Steps: annotated, repeated, or none; what warms up and what is cut off is left out."""

import numpy as np
import pytest

from app.profile.steps import annotated_steps, annotation_pattern, repeated_steps


def steps_of(durations, *, runs_on=0.0):
    """Annotated steps that follow each other; the work of the last ends `runs_on` after the host has ended it."""
    starts = np.concatenate(([0.0], np.cumsum(durations)))
    bounds = list(zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True))
    return annotated_steps(bounds, float(starts[-1]) + runs_on)


@pytest.mark.parametrize(
    ("durations", "counted", "left_out"),
    [
        ([1, 1, 1], 3, 0),
        ([5, 1, 1], 2, 1),
        ([5, 3, 1, 1, 1], 3, 2),
        ([1.4, 1, 1], 3, 0),
        ([1, 1, 0.2], 2, 1),
        ([1, 1, 9], 3, 0),
        ([5, 5, 1, 1, 1], 3, 2),
        ([9, 1, 1, 0.1], 2, 2),
        ([3, 1], 1, 1),
        ([1], 1, 0),
    ],
)
def test_steps_that_warm_up_or_are_cut_off_are_left_out(durations, counted, left_out):
    found = steps_of(durations)
    assert (found.n_steps, found.n_left_out) == (counted, left_out)
    assert bool(found.note) is bool(left_out)


def test_a_last_step_whose_work_runs_on_alone_after_the_host_is_left_out():
    assert steps_of([1, 1, 1], runs_on=0.8).n_steps == 2
    assert steps_of([1, 1, 1], runs_on=0.2).n_steps == 3
    assert steps_of([1, 1], runs_on=0.8).n_steps == 2


@pytest.mark.parametrize("name", ["ProfilerStep#12", "train_step 7", "iteration_3", "step#1", "execute_model"])
def test_annotations_of_steps_are_known(name):
    assert annotation_pattern(["aten::mm", name])


def test_other_annotations_are_no_steps():
    assert annotation_pattern(["Optimizer.step#AdamW.step", "forward", "aten::mm"]) is None


LAYER = [1, 2, 3, 4, 5]
STEP = [0, *LAYER, *LAYER, *LAYER, 6, 7]


def repeated(names):
    start = np.arange(len(names), dtype=float)
    return repeated_steps(np.array(names), start, np.ones(len(names)))


def test_what_repeats_as_a_whole_is_a_step_and_not_the_layers_inside_it():
    found = repeated(STEP * 5)
    assert found.n_steps == 4
    assert found.durations == (18.0,) * 4


def test_a_single_pass_through_many_layers_is_no_repetition():
    assert repeated([0, *LAYER * 12, 6, 7]) is None


def test_a_recording_that_starts_and_ends_inside_a_step_still_repeats():
    found = repeated((STEP * 6)[4:-5])
    assert found.n_steps >= 3
    assert set(found.durations) == {18.0}


def test_nothing_repeats_in_noise():
    assert repeated(np.random.default_rng(0).integers(0, 40, 400).tolist()) is None


def test_too_little_to_repeat():
    assert repeated([1, 2]) is None
