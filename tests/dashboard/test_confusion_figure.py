"""The picture of a confusion matrix that can be saved."""

import numpy as np

from dashboard.charts.confusion import MatrixCells, confusion_figure

VALUES = np.array([[2.0, -4.0], [np.nan, 1.0]])
CELLS = MatrixCells(
    written=["+2", "−4", "", "+1"], inks=["#000000", "#ffffff", "#000000", "#ffffff"], says=["a", "b", "c", "d"]
)
SCALE = ((0.0, "#0000ff"), (0.5, "#ffffff"), (1.0, "#ff0000"))


def figure(centred: bool):
    return confusion_figure(
        VALUES, CELLS, ("cat", "dog"), axes=("true", "predicted"), colours=SCALE, centred=centred, height=300
    )


def test_rows_are_true_classes_from_top_to_bottom() -> None:
    heatmap, digits = figure(True).data
    # A cat taken for a dog: row 0, column 1.
    assert heatmap.z[0][1] == -4
    position = list(digits.text).index("−4")
    assert (digits.y[position], digits.x[position]) == (0, 1)
    assert (digits.hovertext[position], digits.textfont.color[position]) == ("b", "#ffffff")
    layout = figure(True).layout
    assert list(layout.yaxis.range) == [1.5, -0.5] and list(layout.xaxis.range) == [-0.5, 1.5]
    assert (layout.yaxis.title.text, layout.xaxis.title.text) == ("true", "predicted")


def test_both_signs_reach_equally_far_and_counts_begin_with_zero() -> None:
    heatmap = figure(True).data[0]
    assert (heatmap.zmin, heatmap.zmax) == (-4, 4)
    assert heatmap.z[1][0] == 0
    assert (figure(False).data[0].zmin, figure(False).data[0].zmax) == (0, 4)
