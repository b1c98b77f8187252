"""Profiles as JSON: written and read back, and nothing else taken for one."""

import copy
import json

import pytest

from app.profile.analysis import read
from app.profile.findings import findings
from app.profile.report import profile_from_mapping, profile_to_mapping

NAMES = ("a100_train_three_steps", "mi250_minitoy_train", "cpu_gpt2_eager_train_shapes", "cpu_mixtral_prefill_modules")


@pytest.mark.parametrize("name", NAMES)
def test_a_profile_reads_back_as_it_was_written(load, name):
    profile = load(name)
    text = json.dumps(profile_to_mapping(profile), allow_nan=False)
    assert profile_from_mapping(json.loads(text)) == profile
    assert len(text) < 200_000


@pytest.fixture
def written(load):
    return json.loads(json.dumps(profile_to_mapping(load("mi250_minitoy_train"))))


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("version",), 2, "format"),
        (("kernels",), "x", "kernels: missing"),
        (("kernels", 0), 5, r"kernels\[0\]: not a mapping"),
        (("kernels", 0, "time_s"), -1, r"kernels\[0\]\.time_s"),
        (("kernels", 0, "time_s"), float("nan"), r"kernels\[0\]\.time_s"),
        (("kernels", 0, "time_s"), 1e300, r"kernels\[0\]\.time_s"),
        (("kernels", 0, "group"), "mine", r"kernels\[0\]\.group: 'mine' is not one of"),
        (("kernels", 0, "kind"), None, r"kernels\[0\]\.kind"),
        (("kernels", 0, "calls"), 1.5, r"kernels\[0\]\.calls"),
        (("kernels", 0, "sizes"), [1, 2], r"kernels\[0\]\.sizes"),
        (("moments", 0), [[999], 1.0], r"moments\[0\]"),
        (("moments", 0), [[], 1.0], r"moments\[0\]"),
        (("moments", 0), [[True], 1.0], r"moments\[0\]"),
        (("moments", 0), "x", r"moments\[0\]"),
        (("moments",), [[[0], 1.0]] * 6000, "moments: 6000 are more than"),
        (("wall_s",), 1e-9, "wall_s: 1e-09 is less than the busy time"),
        (("steps", "counted"), 0, "counted"),
        (("window_us",), [1], "window_us"),
        (("source",), None, "source: missing"),
    ],
)
def test_what_was_changed_into_something_else_is_refused_in_one_line(written, path, value, message):
    changed = copy.deepcopy(written)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(ValueError, match=message) as error:
        profile_from_mapping(changed)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", NAMES)
def test_findings_are_json_without_infinities(load, name):
    found = findings(read(load(name)))
    text = json.dumps(found, allow_nan=False)
    assert found["basis"] == "measured"
    assert sum(one["time_s"] for one in found["groups"].values()) == pytest.approx(found["busy_s"])
    assert json.loads(text)["profile"]["format"] == "chokepoint-profile"
