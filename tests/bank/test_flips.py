"""A flip is found by bisection, and must be what the author says: where, from what, to what."""

import pytest
import yaml

from app.bank.load import load_question

BY_FLOPS = {"component_by_flops": "mlp"}, {"component_by_flops": "attention_core"}


@pytest.fixture
def flips(folder, complaints):
    """What is found, or said, when the question has these flips instead."""

    def with_flips(*written):
        path = folder / "key.yaml"
        key = yaml.safe_load(path.read_text())
        key["flips"] = [{"name": f"flip_{i}", **flip} for i, flip in enumerate(written)]
        key["second_reader"]["claims"] = key["second_reader"]["claims"][:1]
        path.write_text(yaml.safe_dump(key))
        return path.parent

    return with_flips


def flip(variable="seq_len", between=(45000, 54000), sides=BY_FLOPS, **rest):
    return {"variable": variable, "from": sides[0], "to": sides[1], "between": list(between), **rest}


@pytest.mark.parametrize(
    ("written", "at"),
    [
        pytest.param(flip(), 49152, id="a longer sequence, four times the width"),
        pytest.param(flip(between=(2048, 100000)), 49152, id="a range that starts at the question's own value"),
        pytest.param(flip(between=(1000, 100000)), 49152, id="a range around the question's own value"),
        pytest.param(flip("d_model", (400, 900)), 512, id="a smaller width: 16 d^2 = 4 s d at s = 2048, downwards"),
        pytest.param(
            flip(sides=({"larger": "main.flops.mlp"}, {"larger": "main.flops.attention_core"})), 49152, id="the larger"
        ),
        pytest.param(
            flip(
                sides=({"below": 0.5}, {"above": 0.5}), between=(70000, 90000), fact="main.share.flops.attention_core"
            ),
            None,
            id="a figure that crosses a value",
        ),
        pytest.param(
            flip("micro_batch", (1, 4), ({"is": "mlp"}, {"is": "mlp"}), fact="main.bottleneck.component"),
            "from and to are the same",
            id="the same on both sides",
        ),
    ],
)
def test_the_boundary_is_found(flips, written, at):
    if isinstance(at, str):
        with pytest.raises(ValueError, match="no boundary in this range"):
            load_question(flips(written), topic="training")
        return
    (found,) = load_question(flips(written), topic="training").key.flips
    low, high = written["between"]
    assert low < found.at < high
    if at is not None:
        assert found.at == pytest.approx(at, rel=1e-4)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        pytest.param(
            flip(between=(60000, 90000)),
            "between: the answer turns earlier, before seq_len 60000; the engine finds it at 49152",
            id="the range lies beyond it",
        ),
        pytest.param(
            flip(between=(10000, 40000)),
            "from still holds, or to does not, at 10000 and 40000; the engine finds it",
            id="the range ends before it",
        ),
        pytest.param(
            flip(sides=BY_FLOPS[::-1]), "from: does not hold in the question's own situation", id="the sides exchanged"
        ),
        pytest.param(
            flip(sides=(BY_FLOPS[0], {"component_by_flops": "head"})),
            "between: no boundary",
            id="another side than said",
        ),
        pytest.param(flip(variable="width"), "width: not a number of this scenario", id="a variable of nothing"),
        pytest.param(flip(scenario="other"), "scenario: 'other' is not one of this question", id="another scenario"),
        pytest.param(
            flip(law="main"), "nothing binds in a law; state is, above, below or larger", id="a law that binds"
        ),
        pytest.param(
            flip(law="main", sides=({"larger": "law.main"}, {"larger": "main.mfu"})),
            "law: 'main' is not one of this question",
            id="a law that is not there",
        ),
        pytest.param(
            flip(between=(9, 2)), "between: two numbers above zero in rising order", id="a range the wrong way"
        ),
        pytest.param(
            flip(sides=({"component": "mlp"}, {"resource": "memory"})), "both sides state the same kind", id="two kinds"
        ),
        pytest.param(flip(sides=({"is": True}, {"is": False})), "fact goes with is, above and below", id="no fact"),
        pytest.param(flip(sides=({}, BY_FLOPS[1])), "a side states exactly one of", id="a side that says nothing"),
    ],
)
def test_a_flip_that_is_not_so_is_refused(flips, complaints, written, said):
    flips(written)
    assert any(said in line and "flips.0" in line for line in complaints()), said


def test_whole_numbers_turn_at_a_whole_number(flips):
    halves = ({"above": 8.0e10}, {"below": 8.0e10})
    written = flip("tp", (2, 96), halves, fact="main.memory.weights")
    (found,) = load_question(flips(written), topic="training").key.flips
    assert found.at == 5, "349 GB over four devices are 87 GB each, over five 70 GB"


def test_a_law_turns_as_well(law_folder):
    (found,) = load_question(law_folder, topic="training").key.flips
    assert (found.where, found.own) == ("main", 32)
    assert found.at == pytest.approx(7)
    assert (found.before, found.after) == ("law.main is below 0.5", "law.main is above 0.5")
