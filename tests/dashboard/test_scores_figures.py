"""The order of the classes, the rows of the table, and the figure with its whiskers."""

import math

import numpy as np
import pytest

from dashboard.charts.scores import Series, scores_figure
from dashboard.tables.scores import class_order, scores_frame
from kd_core.evaluation.scores import scores_of_matrix

CLASSES = ("Cat", "Ape", "Dog", "Emu")
NAMES = {"Cat": "Katze", "Ape": "Affe", "Dog": "hund", "Emu": "Emu"}
# Recall 0.5, 0.9, 0.2 and none.
FIRST = scores_of_matrix(np.array([[5, 5, 0, 0], [0, 9, 1, 0], [8, 0, 2, 0], [0, 0, 0, 0]]), CLASSES)
SECOND = scores_of_matrix(np.diag([10, 10, 10, 0]), CLASSES)


def _series(run: str, values: list[float], **fields) -> Series:
    low, high = [v - 0.1 for v in values], [v + 0.05 for v in values]
    return Series(run, values, low, high, float(np.nanmean(values)), "#123456", "circle", ["a", "b"], **fields)


def test_the_lowest_comes_first_and_what_has_no_figure_last() -> None:
    assert class_order(FIRST, NAMES, order="figure", figure="recall") == ["Dog", "Cat", "Ape", "Emu"]
    # Precision: 5 of 13, 9 of 14, 2 of 3, none.
    assert class_order(FIRST, NAMES, order="figure", figure="precision") == ["Cat", "Ape", "Dog", "Emu"]


def test_equal_figures_and_names_follow_the_alphabet_of_the_language() -> None:
    assert class_order(FIRST, NAMES, order="name", figure="recall") == ["Ape", "Emu", "Dog", "Cat"]
    assert class_order(SECOND, NAMES, order="figure", figure="recall") == ["Ape", "Dog", "Cat", "Emu"]


def test_rows_of_two_runs_stand_below_one_another_and_averages_at_the_end() -> None:
    frame = scores_frame([("one", FIRST), ("two", SECOND)], ["Dog", "Cat", "Ape", "Emu"])
    expected = ["Dog", "Dog", "Cat", "Cat", "Ape", "Ape", "Emu", "Emu", "macro", "macro", "weighted", "weighted"]
    assert frame["class"].tolist() == expected
    assert frame["run"].tolist() == ["one", "two"] * 6
    assert frame["recall"].tolist() == pytest.approx(
        [0.2, 1, 0.5, 1, 0.9, 1, math.nan, math.nan, 1.6 / 3, 1, 16 / 30, 1], nan_ok=True
    )
    assert frame["support"].tolist() == [10, 10, 10, 10, 10, 10, 0, 0, 30, 30, 30, 30]
    assert frame.loc[frame["class"] == "macro", ["recall_low", "predicted"]].isna().all(axis=None)


def test_whiskers_reach_to_the_bounds_and_two_runs_share_a_row() -> None:
    fig = scores_figure([_series("a", [0.6, 0.8]), _series("b", [0.5, 0.9])], ["Cat", "Dog"], x_title="recall in %")
    one, other = fig.data
    assert list(one.x) == [0.6, 0.8]
    assert list(one.error_x.array) == pytest.approx([0.05, 0.05])
    assert list(one.error_x.arrayminus) == pytest.approx([0.1, 0.1])
    # Either side of the row, the first run above: the axis runs downwards.
    assert all(up < row < down for row, (up, down) in enumerate(zip(one.y, other.y, strict=True)))
    assert fig.layout.yaxis.range == (1.5, -0.5)
    assert fig.layout.yaxis.ticktext == ("Cat", "Dog")
    assert [line.x0 for line in fig.layout.shapes] == pytest.approx([0.7, 0.7])
    # From a little below the lowest whisker, 0.4, to a little past 1.
    assert fig.layout.xaxis.range == pytest.approx((0.37, 1.01))
    assert fig.layout.xaxis.title.text == "recall in %"


def test_one_run_stands_in_the_middle_of_its_row_and_nothing_is_drawn_of_no_share() -> None:
    fig = scores_figure([_series("a", [0.05, math.nan])], ["Cat", "Dog"], x_title="recall")
    assert list(fig.data[0].y) == [0, 1]
    assert math.isnan(fig.data[0].x[1])
    assert fig.layout.xaxis.range[0] == 0
