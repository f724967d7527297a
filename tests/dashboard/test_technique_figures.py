import numpy as np

from dashboard.charts.networks import NAMED_ROWS, layers_figure
from dashboard.charts.techniques import softened_figure, stacked_figure


def test_softened_bars_stand_beside_the_plain_ones():
    figure = softened_figure(
        ["Cat", "Dog"],
        np.array([0.9, 0.1]),
        np.array([0.6, 0.4]),
        plain_name="T = 1",
        softened_name="T = 4",
        colour="#123456",
        x_title="class",
        y_title="probability in %",
    )
    plain, softened = figure.data
    assert list(plain.x) == list(softened.x) == ["Cat", "Dog"]
    assert (list(plain.y), list(softened.y)) == ([0.9, 0.1], [0.6, 0.4])
    assert (plain.name, softened.name) == ("T = 1", "T = 4")
    assert figure.layout.barmode == "group"
    assert figure.layout.yaxis.tickformat == ".0%"
    assert list(figure.layout.yaxis.range) == [0, 0.9 * 1.08]
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("class", "probability in %")


def test_parts_are_stacked_in_their_order():
    parts = [("labels", [0.1, 0.2], "#111111"), ("teacher", [0.3, 0.4], "#222222")]
    figure = stacked_figure(["distilled", "scratch"], parts, x_title="loss in nats")
    assert [list(bar.x) for bar in figure.data] == [[0.1, 0.2], [0.3, 0.4]]
    assert list(figure.data[0].y) == ["distilled", "scratch"]
    assert figure.layout.barmode == "stack"
    assert figure.layout.xaxis.title.text == "loss in nats"


def _layers(count: int):
    return layers_figure(
        [f"conv{i}" for i in range(count)],
        ["Conv2D"] * count,
        list(range(count)),
        colour="#123456",
        value_title="parameters",
        layer_title="layer",
    )


def test_few_layers_lie_below_one_another_with_their_names():
    (bars,) = _layers(3).data
    assert (list(bars.y), list(bars.x), bars.orientation) == (["conv0", "conv1", "conv2"], [0, 1, 2], "h")
    assert bars.customdata[1] == "2. conv1 (Conv2D)"


def test_many_layers_stand_side_by_side_by_number():
    figure = _layers(NAMED_ROWS + 1)
    (bars,) = figure.data
    assert (bars.x[0], bars.x[-1]) == (1, NAMED_ROWS + 1)
    assert list(bars.y) == list(range(NAMED_ROWS + 1))
    assert figure.layout.yaxis.title.text == "parameters"
