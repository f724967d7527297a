"""Who is who in a study, and one colour for each."""

from collections.abc import Callable

import pytest

from dashboard.palette import GRID, INK, MUTED, PAGE, run_styles
from dashboard.roles import best_student, foreign_teacher, is_student
from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import ModelFile
from kd_core.evaluation.teachers import teacher

Make = Callable[..., RunRecord]


def make(run: str, stage: str, size: int | None = None, **fields: object) -> RunRecord:
    model = ModelFile(file=None, precision="int8", sha256="", size_bytes=size, size_gzip_bytes=size) if size else None
    return RunRecord.model_validate(
        {"study": "s", "run": run, "stage": stage, "network": "n", "classes": ("a", "b"), "model": model, **fields}
    )


FAMILY = [
    make("b", "distill", 100, teacher="big"),
    make("a", "scratch", 100),
    make("big", "teacher"),
    make("spare", "teacher"),
    make("big8", "quantize", 50, parent="big"),
    make("b8", "quantize", 25, parent="b"),
    make("b8p", "prune", 20, parent="b8"),
]


def test_the_teacher_is_the_one_that_teaches() -> None:
    found = teacher(list(reversed(FAMILY)))
    assert found is not None and found.run == "big"
    assert teacher([make("x", "scratch")]) is None


def test_the_teacher_is_not_the_one_that_another_goes_on_from_unless_it_teaches() -> None:
    small, large = make("small", "teacher"), make("large", "teacher", config={"start": "small"})
    assert teacher([small, large]) == teacher([large, small]) == large
    assert teacher([small, large, make("x", "distill", teacher="small")]) == small


def test_a_published_teacher_is_known_by_its_pupils_or_its_name() -> None:
    published = [make("resnet", "published"), make("small", "published", teacher="resnet")]
    assert teacher(published) == published[0]
    assert [is_student(r, published) for r in published] == [False, True]
    alone = [make("teacher", "published")]
    assert teacher(alone) == alone[0]


def test_a_teacher_from_another_study() -> None:
    assert foreign_teacher([make("x", "distill", teacher="showcase/teacher")]) == ("showcase", "teacher")
    assert foreign_teacher(FAMILY) is None


def test_students_are_who_learned_and_what_was_made_of_them() -> None:
    assert {r.run for r in FAMILY if is_student(r, FAMILY)} == {"a", "b", "b8", "b8p"}


def test_a_circle_of_parents_ends() -> None:
    circle = [make("x", "prune", parent="y"), make("y", "prune", parent="x")]
    assert not is_student(circle[0], circle)


def test_the_best_student_by_validation_and_of_equals_the_smaller() -> None:
    scores = {"a": 0.7, "b": 0.8, "b8": 0.8, "big": 0.9, "big8": 0.9}
    found = best_student(FAMILY, scores)
    assert found is not None and found.run == "b8"
    assert best_student(FAMILY, {}) is None


def test_a_run_keeps_its_colour_whatever_else_is_listed_first() -> None:
    styles = run_styles(FAMILY, dark=False)
    assert styles == run_styles(list(reversed(FAMILY)), dark=False)
    assert len({(s.colour, s.dash) for s in styles.values()}) == len(FAMILY)


def test_no_other_run_has_the_teachers_colour() -> None:
    many = [make("teacher", "teacher"), *(make(f"r{i:02}", "scratch") for i in range(30))]
    styles = run_styles(many, dark=False)
    assert [run for run, style in styles.items() if style.colour == styles["teacher"].colour] == ["teacher"]
    assert len({(s.colour, s.dash) for s in styles.values()}) == 31
    assert len({(s.colour, s.symbol) for s in styles.values()}) == 31


def test_many_runs_stay_apart() -> None:
    many = [make(f"r{i:02}", "scratch") for i in range(30)]
    styles = run_styles(many, dark=True).values()
    assert len({(s.colour, s.dash) for s in styles}) == 30
    assert len({(s.colour, s.symbol) for s in styles}) == 30


@pytest.mark.parametrize("dark", [False, True])
def test_contrast_is_at_least_aa(dark: bool) -> None:
    page = PAGE[dark]
    colours = {s.colour for s in run_styles([make(f"r{i}", "scratch") for i in range(9)], dark).values()}
    assert all(contrast(colour, page) >= 4.5 for colour in colours | {INK[dark], MUTED[dark]})
    assert contrast(GRID[dark], page) < 2


def contrast(one: str, other: str) -> float:
    """WCAG 2.1, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
