"""Confusion matrices in numbers, and the figure that can be clicked."""

import math

import numpy as np
import pytest

from dashboard.charts.confusion import MatrixTexts, confusion_figure
from dashboard.tables.confusion import Cell, largest_confusions, opinions, parse_cell, pictures_of
from kd_core.artifacts import Predictions

MATRIX = np.array([[8, 2, 0], [1, 3, 0], [0, 0, 0]])
CLASSES = ("cat", "dog", "cow")


def predictions() -> Predictions:
    logits = [[3, 0, 0], [0, 2, 0], [0, 9, 1], [0, 4, 0]]
    return Predictions(
        CLASSES,
        np.array(["test"] * 4, object),
        np.array(["test/a", "test/b", "test/c", "test/d"], object),
        np.array([0, 0, 0, 1]),
        np.array(logits, np.float32),
    )


def test_largest_confusions_leave_out_the_diagonal_and_the_empty() -> None:
    found = largest_confusions(MATRIX, CLASSES, 5)
    assert found.to_dict("records") == [
        {"true": "cat", "predicted": "dog", "count": 2, "share": 0.2},
        {"true": "dog", "predicted": "cat", "count": 1, "share": 0.25},
    ]
    assert len(largest_confusions(np.eye(3, dtype=int), CLASSES, 3)) == 0


def test_pictures_of_a_cell_most_confident_first() -> None:
    assert pictures_of(predictions(), Cell("cat", "dog")).path.tolist() == ["test/c", "test/b"]
    assert pictures_of(predictions(), Cell("cat", "cat")).path.tolist() == ["test/a"]
    assert pictures_of(predictions(), Cell("cow", "cow")).path.tolist() == []


def test_opinions_are_the_largest_probabilities() -> None:
    found = opinions(predictions(), ["test/c", "test/not-there"], k=2)
    assert list(found) == ["test/c"]
    assert found["test/c"].names == ("dog", "cow")
    total = 1 + math.exp(9) + math.exp(1)
    assert found["test/c"].probabilities == pytest.approx((math.exp(9) / total, math.exp(1) / total))


def test_cells_in_the_address() -> None:
    cell = Cell("cat", "dog")
    assert parse_cell(cell.write(), CLASSES) == cell
    for bad in (None, "", "cat", "cat~", "cat~unicorn", "~"):
        assert parse_cell(bad, CLASSES) is None


def test_the_figure_can_be_clicked() -> None:
    written = [[str(v or "") for v in row] for row in MATRIX]
    fig = confusion_figure(
        MATRIX.astype(float),
        written,
        CLASSES,
        MatrixTexts("true", "predicted", "{true} as {predicted}: {value}"),
        colours=((0.0, "#ffffff"), (1.0, "#000000")),
        mark="#000000",
        marked=(0, 1),
    )
    heatmap, markers = fig.data
    # Rows are true classes: what is drawn at y = 0, x = 1 is a cat taken for a dog.
    assert heatmap.z[0][1] == 2
    position = [i for i, data in enumerate(markers.customdata) if list(data) == [0, 1]]
    assert [(markers.y[i], markers.x[i], markers.hovertext[i]) for i in position] == [(0, 1, "cat as dog: 2")]
    assert len(markers.customdata) == 9
    # What Streamlit and Plotly need for a click to arrive.
    assert fig.layout.hoverdistance == -1
    assert fig.layout.xaxis.fixedrange and fig.layout.yaxis.fixedrange
    assert list(fig.layout.xaxis.range) == [-0.5, 2.5]
    assert list(fig.layout.yaxis.range) == [2.5, -0.5]
    # The marked cell is the selected point: row 0, column 1 of three columns.
    assert list(markers.selectedpoints) == [1]
