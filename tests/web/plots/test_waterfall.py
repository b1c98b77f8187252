from app.web.plots.waterfall import Change, waterfall


def test_what_takes_less_stands_left_of_the_line_and_what_takes_more_right():
    plot = waterfall([Change(label="mlp", by=-3e-3), Change(label="core", by=1e-3)])
    assert plot.zero == "75.00%"
    assert [(bar.x, bar.width, bar.longer) for bar in plot.bars] == [
        ("0.00%", "75.00%", False),
        ("75.00%", "25.00%", True),
    ]
    assert [bar.text for bar in plot.bars] == ["−3.00\u00a0ms", "+1.00\u00a0ms"]


def test_nothing_to_compare_is_no_error():
    assert waterfall([]).bars == ()
