import numpy as np

from dashboard.charts.weights import MOST_LINES, bits_figure, kernels_figure, mark_range, mark_values, weights_figure

EDGES = np.array([-1.0, 0.0, 1.0])


def _figure():
    parts = [("falls", np.array([1, 2]), "#111111"), ("stays", np.array([3, 0]), "#222222")]
    return weights_figure(EDGES, parts, x_title="weight", y_title="weights in a bin")


def test_parts_are_stacked_in_their_bins():
    figure = _figure()
    assert [(bar.name, list(bar.x), list(bar.y)) for bar in figure.data] == [
        ("falls", [-0.5, 0.5], [1, 2]),
        ("stays", [-0.5, 0.5], [3, 0]),
    ]
    assert figure.layout.barmode == "stack"
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("weight", "weights in a bin")


def test_few_values_are_lines_through_the_bars_and_many_a_comb_below_them():
    few, many = _figure(), _figure()
    mark_values(few, np.array([-0.5, 0.25]), name="grid", colour="#333333")
    mark_values(many, np.linspace(-1, 1, MOST_LINES + 1), name="grid", colour="#333333")
    assert list(few.data[-1].x) == [-0.5, -0.5, None, 0.25, 0.25, None]
    assert few.data[-1].y[1] == 4
    assert many.data[-1].y[1] == 0
    assert few.data[-1].y[0] < 0
    assert few.layout.yaxis.range[0] < few.data[-1].y[0]


def test_a_range_is_two_lines_named_in_the_legend():
    figure = _figure()
    mark_range(figure, -0.4, 0.4, name="|w| ≥ 0.4 stays", colour="#333333")
    assert list(figure.data[-1].x) == [-0.4, -0.4, None, 0.4, 0.4]
    assert list(figure.data[-1].y) == [0, 4, None, 0, 4]
    assert figure.data[-1].name == "|w| ≥ 0.4 stays"


def test_both_pieces_of_a_kernel_have_one_scale_and_zeros_are_empty():
    before, after = np.array([[0.5, -2.0]]), np.array([[0.0, -2.0]])
    figure = kernels_figure(
        before, after, titles=("before", "after"), colours=((0, "#000000"), (1, "#ffffff")), axis="weight"
    )
    assert np.isnan(figure.data[1].z[0][0])
    assert figure.data[1].z[0][1] == -2
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (-2, 2)
    assert [title.text for title in figure.layout.annotations] == ["before", "after"]


def test_a_line_over_the_bits():
    figure = bits_figure([2, 3], [("a layer", [5.0, 11.0], "#123456", "dash")], x_title="bits", y_title="dB")
    assert (list(figure.data[0].x), list(figure.data[0].y)) == ([2, 3], [5.0, 11.0])
    assert figure.data[0].line.dash == "dash"
