"""Curves and areas in rows, and the figure that is drawn of them, against figures worked out by hand."""

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.stats import norm

from dashboard.charts.robustness import Line, robustness_figure
from dashboard.palette import RunStyle
from dashboard.tables.robustness import area_rows, curve_rows
from kd_core.artifacts import ArtifactError, ArtifactStore, Curve, Robustness
from tests.dashboard.robustness_fixture import RIGHT, N, make_robustness


def test_a_row_a_run_corruption_and_severity_with_its_interval() -> None:
    rows = curve_rows(make_robustness(), ["student3_int8", "teacher"], ["blur"])
    assert rows[["run", "corruption"]].drop_duplicates().to_numpy().tolist() == [
        ["student3_int8", "blur"], ["teacher", "blur"],
    ]  # fmt: skip
    teacher = rows[rows["run"] == "teacher"].set_index("severity")
    assert teacher["correct"].tolist() == list(RIGHT["teacher"]["blur"])
    assert teacher["accuracy"].tolist() == pytest.approx([0.9, 0.9, 0.8, 0.7, 0.6, 0.5])
    assert np.isnan(teacher.loc[0, "value"])
    assert teacher.loc[3, "value"] == 3
    assert teacher.loc[5, "loss"] == 1
    # Wilson (1927), written out.
    z = norm.ppf(0.975)
    for row in rows.itertuples():
        centre = (row.accuracy + z**2 / (2 * N)) / (1 + z**2 / N)
        half = z / (1 + z**2 / N) * np.sqrt(row.accuracy * (1 - row.accuracy) / N + z**2 / (4 * N**2))
        assert (row.low, row.high) == pytest.approx((centre - half, centre + half))


def test_areas_worked_out_by_hand() -> None:
    rows = area_rows(make_robustness(), list(RIGHT)).set_index("run")
    teacher, student = rows.loc["teacher"], rows.loc["student3_scratch"]
    assert teacher[["clean", "mean", "retained", "area", "relative", "mce"]].tolist() == pytest.approx(
        [0.9, 0.7, 7 / 9, 0.735, 1, 1]
    )
    assert teacher[["low", "high", "p_value"]].isna().all()
    # Mistakes: 0.35 + 0.45 + 0.55 + 0.65 + 0.75 = 2.75 beside the teacher's 1.5, for both corruptions.
    assert student[["clean", "mean", "retained", "area", "mce"]].tolist() == pytest.approx(
        [0.8, 0.45, 0.5625, 0.505, 2.75 / 1.5]
    )
    assert student[["relative", "low", "high", "p_value"]].tolist() == [0.687, 0.64, 0.72, 0.0004]


def test_without_a_teacher_there_is_nothing_to_be_relative_to() -> None:
    rows = area_rows(make_robustness(reference=None), list(RIGHT))
    assert rows[["relative", "low", "high", "p_value", "mce"]].isna().all(axis=None)
    assert rows["area"].notna().all()


def test_a_panel_a_corruption_and_each_run_once_in_the_legend() -> None:
    style = RunStyle("#123456", "dash", "square")
    lines = [Line("one", (0.9, 0.5), style, [(0.8, 0.95), (0.4, 0.7)]), Line("two", (0.8, 0.6), style)]
    figure = robustness_figure(dict.fromkeys("abcde", lines), x_title="severity", y_title="accuracy")
    assert [a.text for a in figure.layout.annotations] == list("abcde")
    assert [trace.name for trace in figure.data if trace.showlegend] == ["one", "two"]
    assert len({trace.yaxis for trace in figure.data}) == 5
    one = figure.data[0]
    assert (list(one.x), list(one.y)) == ([0, 1], [0.9, 0.5])
    assert list(one.error_y.array) == pytest.approx([0.05, 0.2])
    assert list(one.error_y.arrayminus) == pytest.approx([0.1, 0.1])
    assert figure.data[1].error_y.array is None
    assert (one.line.color, one.line.dash, one.marker.symbol) == ("#123456", "dash", "square")
    assert {axis.range for axis in figure.select_yaxes()} == {(0, 1.02)}


@pytest.mark.parametrize(
    ("correct", "said"),
    [
        ((180, 160, 150, 140, 130), "6 severities are needed"),
        ((201, 160, 150, 140, 130, 120), "more right answers than pictures"),
        ((180, 160, 150, 140, 130, -1), "fewer than none"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(correct: tuple[int, ...], said: str) -> None:
    found = make_robustness()
    curves = {name: Curve(correct=correct, loss=(1.0,) * len(correct)) for name in ("noise", "blur")}
    run = found.runs["teacher"].model_copy(update={"curves": curves})
    with pytest.raises(ValidationError, match=said):
        make_robustness(runs=found.runs | {"teacher": run})


def test_a_record_without_its_reference_or_with_another_corruption_is_refused() -> None:
    with pytest.raises(ValidationError, match="the reference nobody is not among the runs"):
        make_robustness(reference="nobody")
    found = make_robustness()
    with pytest.raises(ValidationError, match="lacks a corruption"):
        make_robustness(corruptions={"noise": found.corruptions["noise"]})


def test_it_is_read_as_it_was_written_and_damage_is_a_sentence(tmp_path) -> None:
    store, found = ArtifactStore(tmp_path), make_robustness()
    assert store.robustness("showcase") is None
    path = store.write_robustness(found)
    assert store.robustness("showcase") == found
    text = path.read_text()
    path.write_text(text[:300])
    with pytest.raises(ArtifactError, match=r"robustness.json cannot be read"):
        store.robustness("showcase")
    path.write_text(text.replace('"schema_version": 1', '"schema_version": 2'))
    with pytest.raises(ArtifactError, match=r"robustness.json: schema_version"):
        store.robustness("showcase")


def test_which_runs_hold_another_model_now() -> None:
    found: Robustness = make_robustness()
    assert found.stale({"teacher": "1" * 64, "student3_scratch": "0" * 64}) == ["teacher"]
