"""Points with intervals: every value where its row is, its bounds around it."""

import math

import pytest

from dashboard.charts.intervals import Points, interval_figure

FIRST = Points("first", [0.5, 0.9], [0.4, 0.7], [0.7, 1.0], ["a", "b"], "#111111", "circle")
SECOND = Points("second", [0.6, math.nan], [0.5, math.nan], [0.8, math.nan], ["c", "d"], "#222222", "square-open")


def test_bounds_are_drawn_as_distances_from_the_value() -> None:
    figure = interval_figure(["Cat", "Dog"], [FIRST], x_title="share", tickformat=".0%")
    (trace,) = figure.data
    assert list(trace.error_x.array) == pytest.approx([0.2, 0.1])
    assert list(trace.error_x.arrayminus) == pytest.approx([0.1, 0.2])
    assert list(figure.layout.yaxis.ticktext) == ["Cat", "Dog"]
    assert figure.layout.xaxis.title.text == "share"
    assert not figure.layout.showlegend


def test_two_runs_stand_on_either_side_of_their_row_and_the_first_row_is_on_top() -> None:
    figure = interval_figure(["Cat", "Dog"], [FIRST, SECOND], x_title="share", tickformat=".0%")
    upper, lower = (list(trace.y) for trace in figure.data)
    assert [(a + b) / 2 for a, b in zip(upper, lower, strict=True)] == pytest.approx([0, 1])
    bottom, top = figure.layout.yaxis.range
    assert bottom > lower[1] > upper[1] > lower[0] > upper[0] > top


def test_of_series_that_share_the_rows_each_point_stands_on_its_row() -> None:
    figure = interval_figure(["Cat", "Dog"], [FIRST, SECOND], x_title="", tickformat="", zero="#333333", apart=False)
    assert [list(trace.y) for trace in figure.data] == [[0, 1], [0, 1]]
    (line,) = figure.layout.shapes
    assert (line.x0, line.x1, line.line.color) == (0, 0, "#333333")
