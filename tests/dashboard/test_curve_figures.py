import math

import numpy as np
import pandas as pd
import pytest

from dashboard.charts.curves import Curve, Seam, curves_figure
from dashboard.tables.curves import (
    curves_frame,
    curves_of,
    mixed_losses,
    resumptions,
    selected_on,
    smoothed,
    stated_history,
)
from kd_core.artifacts import Claims, RunRecord
from kd_core.artifacts.schema import DataUse, Selection
from kd_core.artifacts.store import HISTORY_COLUMNS

PARTS = {"val_loss": "validation", "loss": "total", "distillation_loss": "distillation part"}


def _record(stage: str = "distill", **fields) -> RunRecord:
    return RunRecord(study="s", run="r", stage=stage, network="student3", classes=("Cat", "Dog"), **fields)


def _history(**columns) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({"epoch": range(1, rows + 1), "seconds": [10.0] * rows} | columns).reindex(
        columns=list(HISTORY_COLUMNS)
    )


def _figure(*curves: Curve, **options):
    return curves_figure(curves, x_title="epoch", y_title="loss in nats", best_label="kept epoch", **options)


def test_a_curve_is_what_was_recorded_with_its_gap():
    figure = _figure(Curve("Student", "validation", [1, 2, 3], [0.9, math.nan, 0.5], "#112233"))
    (line,) = figure.data
    assert list(line.x) == [1, 2, 3]
    assert line.y[0] == 0.9
    assert math.isnan(line.y[1])
    assert line.connectgaps is False
    assert line.line.color == "#112233"
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("epoch", "loss in nats")


def test_stated_points_have_no_line():
    (points,) = _figure(
        Curve("Original", "validation", [10, 24], [0.9, 0.98], "#112233", symbol="square", stated=True)
    ).data
    assert points.mode == "markers"
    assert points.marker.symbol == "square"
    assert list(points.x) == [10, 24]
    (hollow,) = _figure(Curve("Original", "training", [10], [0.9], "#112233", "dot", "square", stated=True)).data
    assert hollow.marker.symbol == "square-open"


def test_runs_differ_by_their_markers_too_which_a_long_curve_has_every_so_often():
    short = Curve("A", "validation", [1, 2], [0.4, 0.6], "#111111", symbol="diamond")
    long = Curve("B", "training", list(range(44)), [0.5] * 44, "#222222", "dot", symbol="cross")
    lines = _figure(short, long).data[:2]
    assert [line.mode for line in lines] == ["lines+markers"] * 2
    assert [line.marker.symbol for line in lines] == ["diamond", "cross-open"]
    assert [line.marker.maxdisplayed for line in lines] == [0, 12]


def test_the_kept_epoch_is_marked_and_named_once():
    one = Curve("A", "validation", [1, 2], [0.4, 0.6], "#111111", best=1)
    other = Curve("B", "validation", [1, 2], [0.7, 0.5], "#222222", best=0)
    marks = _figure(one, other, percent=True).data[2:]
    assert len(marks) == 2
    assert [(mark.x[0], mark.y[0]) for mark in marks] == [(2, 0.6), (1, 0.7)]
    assert [mark.showlegend for mark in marks] == [True, False]
    assert marks[0].name == "kept epoch"


def test_the_legend_names_runs_by_colour_and_parts_by_style():
    curves = [
        Curve(run, part, [1], [0.5], "#111111", style) for run in "AB" for part, style in (("v", "solid"), ("t", "dot"))
    ]
    legend = [(trace.name, trace.line.dash) for trace in _figure(*curves).data if trace.showlegend is not False]
    assert legend == [("A", "solid"), ("B", "solid"), ("v", "solid"), ("t", "dot")]


def test_shares_are_shown_in_percent_and_rates_on_a_logarithmic_axis():
    curve = Curve("A", "validation", [1], [0.4], "#111111")
    assert _figure(curve, percent=True).layout.yaxis.tickformat == ".0%"
    assert _figure(curve, log=True).layout.yaxis.type == "log"


def test_only_parts_with_figures_become_curves():
    history = _history(val_loss=[1.0, 0.8], loss=[2.0, 1.5])
    curves = curves_of(_record(), history, metric="loss", parts=PARTS, run="R", colour="#000000")
    assert [(c.part, c.y, c.style) for c in curves] == [
        ("validation", [1.0, 0.8], "solid"),
        ("total", [2.0, 1.5], "dash"),
    ]


def test_the_selected_epoch_lies_on_the_first_curve():
    record = _record(selection=Selection(metric="accuracy", epoch=2, value=0.7))
    history = _history(val_loss=[1.0, 0.8, 0.9], loss=[2.0, 1.5, 1.2])
    curves = curves_of(record, history, metric="loss", parts=PARTS, run="R", colour="#000000")
    assert [c.best for c in curves] == [1, None]
    missing = _record(selection=Selection(metric="accuracy", epoch=9, value=0.7))
    assert curves_of(missing, history, metric="loss", parts=PARTS, run="R", colour="#000000")[0].best is None


def test_seconds_add_up_and_exist_for_measured_runs_only():
    history = _history(val_loss=[1.0, 0.8, 0.9])
    options = {"metric": "loss", "parts": PARTS, "run": "R", "colour": "#000000", "seconds": True}
    assert curves_of(_record(), history, **options)[0].x == [10.0, 20.0, 30.0]
    assert curves_of(_record("published"), history, **options) == []
    assert curves_of(_record(), history.assign(seconds=math.nan), **options) == []


def test_a_training_that_goes_on_is_drawn_behind_what_came_before():
    history = _history(val_loss=[0.5, 0.4])
    record = _record(selection=Selection(metric="val_accuracy", epoch=2, value=0.9))
    options = {"metric": "loss", "parts": PARTS, "run": "R", "colour": "#000000", "before": (38, 1900.0)}
    (by_epoch,) = curves_of(record, history, **options)
    assert (by_epoch.x, by_epoch.best) == ([39, 40], 1)
    (by_time,) = curves_of(record, history, seconds=True, **options)
    assert by_time.x == [1910.0, 1920.0]


def test_smoothing_is_the_bias_free_average_of_tensorboard_and_a_gap_stays_one():
    values = [1.0, 3.0, math.nan, 2.0]
    weight, running, expected, seen = 0.6, 0.0, [], 0
    for value in values:
        if math.isnan(value):
            expected.append(math.nan)
            continue
        running, seen = weight * running + (1 - weight) * value, seen + 1
        expected.append(running / (1 - weight**seen))
    np.testing.assert_allclose(smoothed(pd.Series(values), weight), expected)
    assert expected[:2] == [1.0, pytest.approx(2.25)]


def test_behind_a_smoothed_curve_stands_what_was_recorded():
    history = _history(val_loss=[1.0, 3.0])
    options = {"metric": "loss", "parts": PARTS, "run": "R", "colour": "#123456"}
    (curve,) = curves_of(_record(), history, smoothing=0.6, **options)
    recorded, line = _figure(curve).data
    assert (list(recorded.y), recorded.opacity, recorded.showlegend) == ([1.0, 3.0], 0.35, False)
    assert list(line.y) == [1.0, pytest.approx(2.25)]
    assert (recorded.line.color, line.line.color) == ("#123456", "#123456")
    assert curves_frame([curve], "epoch")["smoothed"].tolist() == [1.0, pytest.approx(2.25)]
    assert "smoothed" not in curves_frame(curves_of(_record(), history, **options), "epoch")


def test_a_training_that_was_taken_up_again_has_a_seam():
    resumed = _history(val_loss=[0.9, 0.8, 0.7]).assign(phase=["1-2", "1-2", "3-3"])
    assert resumptions(resumed) == [(2.0, "3\u20133")]
    assert resumptions(resumed, seconds=True) == [(20.0, "3\u20133")]
    assert resumptions(resumed.assign(phase="1-3")) == []
    assert resumptions(resumed.assign(phase="1-3"), before=(38, 1900.0)) == [(38, "39\u201341")]
    assert resumptions(resumed.assign(phase="1-3"), seconds=True, before=(38, 1900.0)) == [(1900.0, "39\u201341")]


def test_seams_are_upright_lines_with_their_labels_one_above_another():
    curve = Curve("A", "validation", [1, 2, 3], [0.4, 0.5, 0.6], "#111111")
    figure = _figure(curve, seams=[Seam(2, "epochs 3", "B: epochs 3"), Seam(1, "epochs 2", "A: epochs 2")])
    assert [shape.x0 for shape in figure.layout.shapes] == [1, 2]
    assert [note.text for note in figure.layout.annotations] == ["epochs 2", "epochs 3"]
    assert [note.hovertext for note in figure.layout.annotations] == ["A: epochs 2", "B: epochs 3"]
    assert figure.layout.annotations[0].y < figure.layout.annotations[1].y
    # Each on the side of its line that has more room.
    assert [note.xanchor for note in figure.layout.annotations] == ["left", "right"]


def test_a_published_run_has_its_end_point_and_nothing_else():
    claims = Claims(epochs=15, train_accuracy=0.9945, validation_accuracy=0.94, train_loss=0.02374)
    history = stated_history(claims)
    assert list(history.columns) == list(HISTORY_COLUMNS)
    parts = {"val_accuracy": "validation", "accuracy": "training"}
    curves = curves_of(_record("published"), history, metric="accuracy", parts=parts, run="T", colour="#000000")
    assert [(c.part, c.x, c.y, c.stated) for c in curves] == [
        ("validation", [15.0], [0.94], True),
        ("training", [15.0], [0.9945], True),
    ]
    assert stated_history(Claims()).empty


def test_a_training_is_watched_on_pictures_without_a_copy_in_it():
    used = ["trained", "held out", "held out", "held out"]
    index = pd.DataFrame({"split": ["train", "val", "val", "test"], "group": [0, 0, 1, 0], "used": used})
    data = DataUse(fingerprint="f", splits={"train": 1, "val": 2})
    assert selected_on(_record(data=data), index) == 1
    assert selected_on(_record(data=data), index.assign(used="dropped: its copy stands in validation or test")) == 2
    assert selected_on(_record(data=data), None) is None
    assert selected_on(_record(), index) is None


@pytest.mark.parametrize(
    ("records", "mixed"),
    [
        ([_record("scratch"), _record("teacher")], False),
        ([_record("scratch"), _record("teacher", config={"l2": 1e-4})], True),
        ([_record("scratch"), _record(config={"alpha": 0.1, "temperature": 10})], True),
        ([_record(config={"alpha": 0.1, "temperature": 10})] * 2, False),
        ([_record(config={"alpha": 0.1, "temperature": 10}), _record(config={"alpha": 0.1, "temperature": 4})], True),
        ([_record("scratch"), _record("published")], True),
        ([_record("scratch"), _record("prune", parent="a")], False),
        ([_record("scratch"), _record("qat", parent="a", teacher="t", config={"alpha": 0.1, "temperature": 4})], True),
    ],
)
def test_losses_of_different_kinds_are_recognised(records, mixed):
    assert mixed_losses(records) is mixed
