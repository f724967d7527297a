"""The forest plot as a figure: where each row lies, what its marker says, and the line of no difference."""

import pytest

from dashboard.charts.forest import Effect, forest_figure


def _effect(label: str, low: float, value: float, high: float, *, mean: bool = False, proven: bool = False) -> Effect:
    return Effect(label, value, low, high, "#1f5fa8", f"note on {label}", over_seeds=mean, proven=proven)


EFFECTS = [
    _effect("a", 0.4, 2.0, 3.0, proven=True),
    _effect("b", -1.0, 0.5, 1.5),
    _effect("both", 0.1, 1.2, 2.2, mean=True, proven=True),
]


def test_rows_stand_in_their_order_with_lopsided_intervals():
    figure = forest_figure(EFFECTS, x_title="points", ground="#ffffff")
    assert [(trace.name, trace.x[0], trace.y[0]) for trace in figure.data] == [
        ("a", 2.0, 0), ("b", 0.5, 1), ("both", 1.2, 2),
    ]  # fmt: skip
    assert [(trace.error_x.arrayminus[0], trace.error_x.array[0]) for trace in figure.data] == [
        pytest.approx((1.6, 1.0)), pytest.approx((1.5, 1.0)), pytest.approx((1.1, 1.0)),
    ]  # fmt: skip
    top, bottom = figure.layout.yaxis.range[1], figure.layout.yaxis.range[0]
    assert top < 0 and bottom > 2
    assert [(note.text, note.y) for note in figure.layout.annotations] == [("a", 0), ("b", 1), ("both", 2)]


def test_markers_tell_a_mean_from_a_training_and_proven_from_not():
    figure = forest_figure(EFFECTS, x_title="points", ground="#ffffff")
    assert [trace.marker.symbol for trace in figure.data] == ["circle", "circle-open", "diamond"]


@pytest.mark.parametrize("effects", [EFFECTS, [_effect("far", 20, 30, 40)], [_effect("far", -40, -30, -20)]])
def test_zero_is_always_on_the_axis(effects):
    figure = forest_figure(effects, x_title="points", ground="#ffffff")
    low, high = figure.layout.xaxis.range
    assert low < 0 < high
    assert low < min(effect.low for effect in effects) and max(effect.high for effect in effects) < high
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1) == (0, 0)


def test_nothing_looks_like_nothing():
    low, high = forest_figure([_effect("same", 0, 0, 0)], x_title="points", ground="#ffffff").layout.xaxis.range
    assert low <= -0.5 and high >= 0.5


def test_a_band_is_shaded_below_the_rows_and_always_on_the_axis():
    figure = forest_figure([_effect("a", 0.1, 0.2, 0.3)], x_title="points", ground="#ffffff", band=(-4.0, 3.0))
    shaded = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(shape.x0, shape.x1, shape.layer) for shape in shaded] == [(-4.0, 3.0, "below")]
    low, high = figure.layout.xaxis.range
    assert low < -4 and high > 3
