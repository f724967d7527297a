"""Who descends from whom, and what each step cost and bought."""

import math

import pytest

from dashboard.tables.family import Member, family, identity
from dashboard.tables.figures import Figures
from dashboard.tables.steps import Relative, step, steps_frame
from kd_core.artifacts import RunRecord
from kd_core.evaluation.statistics import PairedDifference

DIFFERENCE = PairedDifference(-0.02, -0.03, -0.01, 0.004, 10, 30, 1000, 0.95)


def run(name: str, stage: str, study: str = "s", **fields: object) -> RunRecord:
    return RunRecord.model_validate(
        {"study": study, "run": name, "stage": stage, "network": "n", "classes": ("a", "b"), **fields}
    )


def shown(members: list[Member]) -> list[tuple[str, int, str | None]]:
    return [(m.record.run, m.column, m.origin.run if m.origin else None) for m in members]


def test_each_run_stands_below_what_it_was_made_or_learned_from() -> None:
    records = [
        run("scratch", "scratch"),
        run("big", "teacher"),
        run("small", "distill", teacher="big", twin="scratch"),
        run("big8", "quantize", parent="big"),
        run("pruned", "prune", parent="small", teacher="big"),
        run("small8", "quantize", parent="small"),
        run("pcqat", "qat", parent="clustered", teacher="big"),
        run("clustered", "cluster", parent="pruned"),
    ]
    assert shown(family(records)) == [
        ("big", 0, None),
        ("big8", 1, "big"),
        ("small", 1, "big"),
        ("pruned", 2, "small"),
        ("clustered", 3, "pruned"),
        ("pcqat", 4, "clustered"),
        ("small8", 2, "small"),
        ("scratch", 1, None),
    ]
    assert [m.record.run for m in family(records) if m.learned] == ["small"]


def test_a_run_that_goes_on_stands_below_the_one_it_goes_on_from() -> None:
    records = [
        run("big-224", "teacher"),
        run("big", "teacher", config={"start": "big-224"}),
        run("small-64", "distill", teacher="big"),
        run("small", "distill", teacher="big", config={"start": "small-64"}),
        run("small8", "quantize", parent="small"),
    ]
    members = family(records)
    assert shown(members) == [
        ("big-224", 0, None),
        ("big", 1, "big-224"),
        ("small-64", 2, "big"),
        ("small", 3, "small-64"),
        ("small8", 4, "small"),
    ]
    assert [m.record.run for m in members if m.learned] == ["small-64"]


def test_a_run_whose_start_is_gone_stands_below_its_teacher() -> None:
    members = family([run("big", "teacher"), run("small", "distill", teacher="big", config={"start": "gone"})])
    assert shown(members) == [("big", 0, None), ("small", 1, "big")]
    assert members[1].learned
    (alone,) = family([run("small", "scratch", config={"start": "gone"})])
    assert (alone.origin, alone.missing) == (None, "gone")


def test_what_cannot_be_read_is_named_and_the_rest_keeps_its_place() -> None:
    members = family([run("small", "distill", teacher="gone"), run("int8", "quantize", parent="lost")])
    assert shown(members) == [("small", 1, None), ("int8", 2, None)]
    assert [m.missing for m in members] == ["gone", "lost"]
    assert not any(m.learned for m in members)


def test_a_teacher_of_another_study_stands_first() -> None:
    big = run("teacher", "teacher", study="showcase")
    members = family(
        [run("teacher", "quantize", parent="small"), run("small", "distill", teacher="showcase/teacher")], big
    )
    assert [(identity(m.record), m.column) for m in members] == [
        ("showcase/teacher", 0),
        ("s/small", 1),
        ("s/teacher", 2),
    ]
    assert members[1].learned
    assert family([run("small", "distill", teacher="showcase/teacher")])[0].missing == "showcase/teacher"


def test_a_circle_of_parents_shows_every_run_once() -> None:
    members = family([run("x", "prune", parent="y"), run("y", "prune", parent="x")])
    assert shown(members) == [("x", 2, None), ("y", 3, "x")]


def figures(name: str, **fields: object) -> Figures:
    return Figures("s", name, "prune", False, **fields)  # type: ignore[arg-type]


def test_a_step_is_told_in_factors_of_what_was_before() -> None:
    origin = run("small", "distill")
    before = figures("small", size_bytes=2.7e6, size_gzip_bytes=2.5e6, latency_ms=2.0)
    after = figures("int8", size_bytes=0.9e6, size_gzip_bytes=0.5e6, latency_ms=0.5, noisy=True)
    taken = step(origin, before, after, DIFFERENCE, 0.98)
    assert (taken.size, taken.gzip, taken.latency) == (pytest.approx(3), 5, 4)
    assert (taken.difference, taken.agreement, taken.noisy) == (DIFFERENCE, 0.98, True)
    unmeasured = step(origin, before, figures("int8"), None, None)
    assert (unmeasured.size, unmeasured.latency, unmeasured.noisy) == (None, None, False)


def test_the_table_behind_the_tree_has_every_number_of_it() -> None:
    small, int8 = run("small", "distill"), run("int8", "quantize", parent="small")
    before = figures("small", accuracy=0.8, n=1000, accuracy_leak_free=0.79, n_leak_free=900, latency_ms=2.0)
    after = figures("int8", accuracy=0.78, n=1000, size_bytes=9.0, latency_ms=0.5)
    relatives = [
        Relative(Member(small, None, False, 1), before, None),
        Relative(Member(int8, small, False, 2), after, step(small, before, after, DIFFERENCE, 0.96), flagged=True),
        Relative(Member(run("lost8", "quantize", parent="lost"), None, False, 2, "lost"), after, None),
    ]
    frame = steps_frame(relatives, "whole", lambda record: record.run.upper()).set_index("run")
    assert frame.loc["INT8", ["origin", "accuracy", "n", "agreement", "flagged"]].tolist() == [
        "SMALL",
        0.78,
        1000,
        0.96,
        True,
    ]
    assert frame.loc["INT8", ["difference", "low", "high", "p_value"]].tolist() == [-0.02, -0.03, -0.01, 0.004]
    assert frame.loc["INT8", "times_faster"] == 4
    assert math.isnan(frame.loc["SMALL", "difference"])
    assert frame.loc["LOST8", "origin"] == "lost"
    assert steps_frame(relatives, "leak_free", lambda record: record.run)["accuracy"].tolist()[0] == 0.79
