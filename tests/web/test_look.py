import colorsys
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "static"
OURS = [*STATIC.glob("*.css"), *STATIC.glob("*.js")]
CSS = (STATIC / "app.css").read_text()
TOKENS = {
    name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", CSS)
}
AAA = [("ink", "paper"), ("ink", "panel"), ("ink-2", "paper"), ("ink-2", "panel")]
AA = [
    *[(text, ground) for text in ("ink-3", "bind", "good", "near", "off", "link") for ground in ("paper", "panel")],
    ("on-bind", "bind"),
    *[(f"on-{n}", f"cool-{n}") for n in range(1, 6)],
    *[("ink", f"{mark}-soft") for mark in ("good", "near", "off")],
    ("near", "near-soft"),
    ("ink-3", "near-soft"),
]
SHAPES = [(line, "panel") for line in ("line-1", "line-2", "line-3", "line-4", "line-5", "edge", "focus", "bind")]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "ground", "least"),
    [(*pair, 7.0) for pair in AAA] + [(*pair, 4.5) for pair in AA] + [(*pair, 3.0) for pair in SHAPES],
    ids=lambda value: str(value),
)
def test_colours_stand_off_their_ground(front, ground, least, scheme):
    assert contrast(TOKENS[front][scheme], TOKENS[ground][scheme]) >= least


def test_nothing_else_is_red_orange():
    """The accent keeps its hue to itself: no other token lies within 20 degrees of it."""

    def hue_and_saturation(colour):
        hue, _, saturation = colorsys.rgb_to_hls(*[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        return 360 * hue, saturation

    for scheme in (0, 1):
        accent, _ = hue_and_saturation(TOKENS["bind"][scheme])
        for name, colours in TOKENS.items():
            hue, saturation = hue_and_saturation(colours[scheme])
            distance = min(abs(hue - accent), 360 - abs(hue - accent))
            assert name == "bind" or saturation < 0.45 or distance > 20, (name, colours[scheme])


@pytest.mark.parametrize(
    "file",
    [*STATIC.glob("*.css"), *STATIC.glob("*.js"), STATIC / "vendor/plotly/plotly.css"],
    ids=lambda path: path.name,
)
def test_nothing_is_fetched_from_elsewhere(file):
    assert not re.search(r"https?://|@import", file.read_text())


def test_every_file_the_style_sheet_names_exists():
    names = re.findall(r'url\("([^"]+)"\)', CSS)
    assert names
    assert all((STATIC / name).is_file() for name in names)


def test_motion_is_off_where_people_ask_for_that():
    assert "prefers-reduced-motion: reduce" in CSS


def test_there_are_no_gradients_and_no_blurred_shadows():
    assert "gradient" not in CSS
    assert all(shadow.split()[:4].count("0") >= 2 for shadow in re.findall(r"box-shadow: (?:inset )?([^;]+);", CSS))
