"""The names of runs and stages as people read them."""

import pytest

from dashboard.names import escaped, in_figure, run_label, run_name
from dashboard.text import writing_in
from kd_core.artifacts import RunRecord


@pytest.mark.parametrize(
    ("run", "english", "german"),
    [
        ("student3_kd_int8", "Student 3 distilled int8", "Schüler 3 destilliert int8"),
        ("student3-pruned80-clustered-qat", "Student 3 pruned 80 % clustered QAT", None),
        ("student3-scratch-64", "Student 3 without a teacher 64 px", "Schüler 3 ohne Lehrer 64 px"),
        ("try-65", "Try 65", None),
        ("ema", "EMA", "EMA"),
        ("dkd", "DKD", "DKD"),
        ("cutmix", "CutMix", "CutMix"),
        ("labels-unused", "Labels unused", "Labels unused"),
        ("distilled-seed2", "Distilled seed 2", "Destilliert Startwert 2"),
    ],
)
def test_a_name_is_read_part_by_part(run: str, english: str, german: str | None) -> None:
    with writing_in("en"):
        assert _plain(run_name(run)) == english
    if german is not None:
        with writing_in("de"):
            assert _plain(run_name(run)) == german


def _plain(name: str) -> str:
    # A number stays on the line of what it counts.
    return name.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_stage_is_said_once() -> None:
    made = {"study": "s", "network": "student3", "classes": ("a", "b")}
    with writing_in("en"):
        assert run_label(RunRecord(run="dist", stage="distill", **made)) == "DIST · distilled"
        assert run_label(RunRecord(run="student3-distilled", stage="distill", **made)) == "Student 3 distilled"


def test_a_name_is_no_markup() -> None:
    assert escaped("a_b*[c]") == "a\\_b\\*\\[c\\]"
    assert in_figure('<b>"x"</b>') == '&lt;b&gt;"x"&lt;/b&gt;'
