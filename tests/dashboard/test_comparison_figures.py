import numpy as np
import pandas as pd
import pytest

from dashboard.charts.comparison import MOST_NAMED, Mark, pareto_front, scatter_figure
from dashboard.tables.figures import factor, figures_frame, measured, stated, timed
from kd_core.artifacts import Claims, Predictions, RunRecord
from kd_core.artifacts.schema import BenchmarkRun, Latency, ModelFile, Parameters

CLASSES = ("Cat", "Dog")


def _mark(run: str, cost: float, accuracy: float, *, stated: bool = False) -> Mark:
    return Mark(run, cost, accuracy, "#123456", "circle", run, stated)


def _record(stage: str = "distill", **fields) -> RunRecord:
    return RunRecord(study="s", run="r", stage=stage, network="student3", classes=CLASSES, **fields)


def _answers() -> Predictions:
    right, wrong = [2.0, 0.0], [0.0, 2.0]
    return Predictions(
        classes=CLASSES,
        split=np.array(["test"] * 4 + ["val"], object),
        path=np.array(["test/Cat/a", "test/Cat/b", "test/Cat/c", "test/Cat/d", "val/Cat/e"], object),
        label=np.zeros(5, np.int64),
        logits=np.array([right, right, right, wrong, wrong], np.float32),
    )


def test_the_front_holds_what_nothing_beats():
    marks = [_mark("big", 20, 0.95), _mark("waste", 30, 0.90), _mark("small", 1, 0.7), _mark("mid", 5, 0.7)]
    assert [mark.run for mark in pareto_front(marks)] == ["small", "big"]


def test_of_equal_costs_the_better_is_on_the_front():
    assert [m.run for m in pareto_front([_mark("a", 1, 0.7), _mark("b", 1, 0.8)])] == ["b"]


def test_scatter_draws_each_run_where_it_lies():
    marks = [_mark("teacher", 20.0, 0.95), _mark("student", 0.5, 0.75), _mark("original", 3.19, 0.7537, stated=True)]
    figure = scatter_figure(marks, x_title="size in MB", y_title="accuracy in %", front_label="front")
    front, teacher, student, original = figure.data
    assert list(front.x) == [0.5, 20.0]
    assert (teacher.x[0], teacher.y[0], teacher.name) == (20.0, 0.95, "teacher")
    assert student.marker.symbol == "circle"
    assert original.marker.symbol == "circle-open"
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.xaxis.title.text == "size in MB"
    assert figure.layout.xaxis.range[0] < np.log10(0.5)
    assert figure.layout.xaxis.range[1] > np.log10(20)


def test_a_run_that_another_beats_is_pale_and_not_on_the_line():
    marks = [
        _mark("good", 1.0, 0.8),
        _mark("beaten", 2.0, 0.7),
        _mark("best", 3.0, 0.9),
        _mark("said", 9.0, 0.1, stated=True),
    ]
    front, good, beaten, best, said = scatter_figure(marks, x_title="x", y_title="y", front_label="front").data
    assert (list(front.x), list(front.y), front.line.shape) == ([1.0, 3.0], [0.8, 0.9], "hv")
    assert [mark.marker.opacity for mark in (good, best, said)] == [1.0, 1.0, 1.0]
    assert beaten.marker.opacity < 0.5
    alone = scatter_figure(marks, x_title="x", y_title="y").data
    assert [mark.marker.opacity for mark in alone] == [1.0] * 4


def test_scatter_without_marks_is_an_empty_figure():
    assert scatter_figure([], x_title="x", y_title="y", front_label="front").data == ()


def test_measured_figures_are_those_of_the_split_with_and_without_leaks():
    record = _record(
        parameters=Parameters(total=675_343, trainable=671_119),
        macs=123,
        model=ModelFile(file=None, precision="int8", sha256="0", size_bytes=700_000, size_gzip_bytes=600_000),
    )
    latency = Latency(p50=0.7, p90=0.8, p95=0.9, p99=1.0, mean=0.75, count=100)
    bench = BenchmarkRun(
        latency_ms=latency, init_ms=1, first_call_ms=2, images_per_s=1400, peak_rss_mb=50, test_seconds=1.7
    )
    used = ["trained", "held out", "held out"]
    index = pd.DataFrame({"path": ["train/Cat/a", "test/Cat/a", "test/Cat/b"], "group": [0, 0, 1], "used": used})
    found = measured(record, "test", _answers(), index, bench)
    assert (found.accuracy, found.n) == (0.75, 4)
    assert (found.accuracy_leak_free, found.n_leak_free) == (pytest.approx(2 / 3), 3)
    assert found.loss == pytest.approx(np.log1p(np.exp(-2.0)) + 0.25 * 2.0)
    assert (found.size_bytes, found.size_gzip_bytes, found.parameters) == (700_000, 600_000, 675_343)
    assert (found.latency_ms, found.images_per_s, found.test_seconds, found.macs) == (0.7, 1400, 1.7, 123)
    assert measured(record, "val", _answers(), index, bench).accuracy == 0.0
    elsewhere = bench.model_copy(update={"images_per_s": 70.0, "test_seconds": 34.0})
    assert timed(found, elsewhere).images_per_s == 70.0
    assert timed(found, elsewhere).accuracy == 0.75
    assert timed(found, None).latency_ms is None
    assert (found.noisy, timed(found, bench.model_copy(update={"noisy": True})).noisy) == (False, True)


def test_what_is_not_there_is_not_known_rather_than_zero():
    found = measured(_record(), "test", None, None, None)
    assert found.accuracy is None
    assert found.size_bytes is None
    assert found.accuracy_leak_free is None
    assert measured(_record(), "test", _answers(), None, None).accuracy_leak_free is None


def test_stated_figures_come_from_the_claims_of_that_split():
    claims = Claims(
        validation_accuracy=0.769, test_accuracy=0.7537, test_loss=0.9764, size_mb=3.19, test_runtime_s=13.536
    )
    record = _record("published", claims=claims)
    test = stated(record, "test")
    assert (test.accuracy, test.loss, test.size_bytes, test.test_seconds) == (0.7537, 0.9764, 3_190_000, 13.536)
    assert test.published
    assert test.n is None
    assert stated(record, "val").accuracy == 0.769


def test_the_frame_has_a_row_a_run():
    frame = figures_frame([stated(_record("published", claims=Claims(test_accuracy=0.9)), "test")])
    assert frame["accuracy"].tolist() == [0.9]
    assert figures_frame([]).empty


@pytest.mark.parametrize(("teacher", "student", "expected"), [(20, 5, 4.0), (20, None, None), (20, 0, None)])
def test_factor_says_how_many_times_smaller(teacher, student, expected):
    assert factor(teacher, student) == expected


def test_more_runs_than_a_legend_holds_are_one_trace_whose_hover_names_each() -> None:
    marks = [
        Mark(f"run{i}", 1.0 + i, 0.5 if i else 0.9, "#123456", "circle", f"note {i}") for i in range(MOST_NAMED + 1)
    ]
    figure = scatter_figure(marks, x_title="MB", y_title="accuracy", front_label="front")
    line, points = figure.data
    assert (line.name, len(points.x)) == ("front", MOST_NAMED + 1)
    assert points.customdata[3] == "run3<br>note 3"
    assert (points.marker.opacity[0], points.marker.opacity[1]) == (1.0, 0.4)
    assert figure.layout.showlegend is False
