import pytest

from app.web.plots.map import MapAxis, Region, map_plot

X = MapAxis(title="context length", values=(256.0, 1024.0, 4096.0, 16384.0))
Y = MapAxis(title="batch", values=(1.0, 4.0))
MLP, CORE = Region(label="MLP", place=0), Region(label="attention core", place=2)
ROWS = [[MLP, MLP, MLP, CORE], [MLP, CORE, CORE, CORE]]
FITS = [[True, True, True, True], [True, True, False, False]]


def drawn(rows=ROWS, fits=FITS, here=(1024.0, 1.0)):
    return map_plot(X, Y, rows, fits, here=here, own=MLP)


def test_neighbouring_cells_are_one_rectangle():
    cells = drawn().cells
    assert [(cell.x, cell.width, cell.tone) for cell in cells] == [
        ("0.0", "750.0", "c-1"),
        ("750.0", "250.0", "c-3"),
        ("0.0", "250.0", "c-1"),
        ("250.0", "750.0", "c-3"),
    ]
    assert [cell.y for cell in cells] == ["500.0", "500.0", "0.0", "0.0"], "the first row is at the bottom"


def test_rows_that_are_alike_are_one_rectangle_too():
    assert len(drawn([ROWS[0], ROWS[0]]).cells) == 2


def test_the_situation_is_marked_where_its_cell_is():
    plot = drawn()
    assert plot.here_x == pytest.approx("42.38%") or float(plot.here_x[:-1]) == pytest.approx(
        9 + 89 * 1.5 / 4, abs=0.01
    )
    assert plot.here_y == pytest.approx(22 + 192 * 3 / 4, abs=1)
    assert plot.here_text == "here: MLP"
    assert (drawn(here=(16384.0, 1.0)).here_anchor, drawn().here_anchor) == ("end", "start")


def test_regions_are_named_where_the_name_fits():
    assert {name.text for name in drawn().names} == {"MLP", "attention core"}
    narrow = Region(label="a name that is longer than a quarter of the map", place=3)
    assert [name.text for name in drawn([[MLP, MLP, MLP, narrow]] * 2).names] == ["MLP"]


def test_the_edge_of_memory_is_drawn_where_it_runs_through_the_map():
    assert drawn().edge.startswith("M0.0 0.0L250.0 0.0L")
    assert drawn().edge.endswith("750.0 500.0L1000.0 500.0")
    for everywhere in (True, False):
        assert drawn(fits=[[everywhere] * 4] * 2).edge == ""


def test_the_key_follows_the_order_of_all_charts():
    assert [(item.label, item.tone) for item in drawn([ROWS[1], ROWS[0]]).key] == [
        ("MLP", "c-1"),
        ("attention core", "c-3"),
    ]
