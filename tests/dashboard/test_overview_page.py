"""The overview: the right figures, the right student, the claims beside them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.tables.figures import Figures
from dashboard.tables.headline import Duel, duels, opening
from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import CLASSES
from tests.dashboard.kin import leave_out_copies
from tests.dashboard.stored import answers

OpenPage = Callable[..., AppTest]
THIN = "\u202f"


def metrics(app: AppTest) -> list[str]:
    return [metric.value for metric in app.metric]


def test_the_figures_are_those_of_the_files(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("overview", student="student3_int8")

    def share(run: str, *, clean: bool) -> str:
        right = answers(artifacts, run, clean=clean)["right"]
        return f"{right.mean():.1%}".replace("%", f"{THIN}%")

    # 150 pictures at 21.4 ms and at 0.72 ms.
    assert metrics(app) == [share("student3_int8", clean=True), f"727{THIN}kB", f"675{THIN}k", f"0.11{THIN}s"]
    below = [m.value for m in app.markdown if m.value.startswith("Teacher: ")]
    teacher = [share("teacher", clean=True), f"6.95{THIN}MB", f"3.43{THIN}M", f"3.21{THIN}s"]
    assert below == [f"Teacher: **{value}**" for value in teacher]
    both = [share(run, clean=False) for run in ("teacher", "student3_int8")]
    aside = next(m.value for m in app.markdown if m.value.startswith("Accuracy, all test pictures: "))
    assert aside.startswith(f"Accuracy, all test pictures: teacher {both[0]}, student {both[1]} (Published: 90.4")
    assert " \u00b7 Loss: teacher " in aside
    captions = [c.value for c in app.caption]
    assert f"Published: 482{THIN}MB → 3.19{THIN}MB" in captions
    assert any("n = 150, of which 128" in caption for caption in captions)
    assert app.metric[1].delta == "9.6\u00d7 smaller"


def test_where_no_copy_was_trained_on_the_caption_says_so(artifacts: Path, open_page: OpenPage) -> None:
    leave_out_copies(artifacts / "showcase")
    captions = [c.value for c in open_page("overview").caption]
    assert any("n = 150, none with a copy among the training pictures" in caption for caption in captions)


def test_the_best_student_is_chosen_on_validation(artifacts: Path, open_page: OpenPage) -> None:
    students = ("student3_scratch", "student3_distilled", "student3_pruned", "student3_int8")
    scores = {run: answers(artifacts, run, "val", clean=True)["right"].mean() for run in students}
    app = open_page("overview")
    assert scores[app.selectbox(key="pick.student").value] == max(scores.values())


@pytest.mark.usefixtures("artifacts")
def test_the_published_study_alone(artifacts: Path, open_page: OpenPage) -> None:
    shutil.rmtree(artifacts / "showcase")
    app = open_page("overview", lang="de")
    assert app.selectbox(key="pick.student").value == "student3"
    assert metrics(app)[0] == f"75,4{THIN}%"
    assert f"Lehrer: **90,4{THIN}%**" in [m.value for m in app.markdown]
    assert "Verlust: Lehrer 0,350, Schüler 0,976" in [m.value for m in app.markdown]
    assert not any(c.value.startswith("Veröffentlicht") for c in app.caption)
    assert catalogue("de")["contradictions.title"] in [s.value for s in app.header]


def test_damaged_files_leave_the_rest_standing(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("overview", student="student3_distilled")
    shown = metrics(app)
    # The teacher's predictions are broken, the student's are not; sizes need neither.
    assert f"Teacher: **6.95{THIN}MB**" in [m.value for m in app.markdown]
    assert f"{accuracy_from_file_of_split(damaged_artifacts):.1%}".replace("%", f"{THIN}%") in shown
    assert any("predictions.parquet cannot be read" in text.value for text in app.text)


def accuracy_from_file_of_split(artifacts: Path) -> float:
    frame = pd.read_parquet(artifacts / "showcase" / "student3_distilled" / "predictions.parquet")
    frame = frame[frame["split"] == "test"]
    best = frame[[f"logit_{name}" for name in CLASSES]].to_numpy().argmax(axis=1)
    return float(np.mean(np.array(CLASSES)[best] == frame["label"]))


@pytest.mark.usefixtures("no_artifacts")
def test_without_artifacts_it_says_what_to_do(open_page: OpenPage, no_artifacts: Path) -> None:
    app = open_page("overview")
    assert [str(no_artifacts) in info.value and "make smoke" in info.value for info in app.info] == [True]


def test_a_study_without_a_student(artifacts: Path, open_page: OpenPage) -> None:
    for run in (artifacts / "showcase").glob("student3_*"):
        shutil.rmtree(run)
    app = open_page("overview")
    assert any("no student yet" in info.value for info in app.info)
    assert metrics(app)[0] == "\u2013"


def test_duels_know_gains_and_costs() -> None:
    teacher = Figures("s", "t", "teacher", False, accuracy=0.9, size_bytes=8e6, n=10)
    student = Figures("s", "u", "distill", False, accuracy=0.95, size_bytes=2e6, n=10)
    found = {duel.figure: duel for duel in duels(teacher, student)}
    assert sorted(found) == ["accuracy", "size_bytes"]
    assert found["size_bytes"].factor == 4
    assert found["accuracy"].difference == pytest.approx(0.05)
    assert found["accuracy"].factor is None
    assert Duel("size_bytes", 1.0, None).factor is None
    assert duels(None, None) == []


def test_the_overview_opens_with_four_figures_and_tells_no_accuracy_twice() -> None:
    sides = [
        Figures("s", run, stage, False, accuracy=a, accuracy_leak_free=clean, loss=0.3, size_bytes=2e6, parameters=9)
        for run, stage, a, clean in (("t", "teacher", 0.9, 0.9), ("u", "distill", 0.8, 0.8))
    ]
    large, aside = opening(duels(*sides))
    assert [duel.figure for duel in large] == ["accuracy_leak_free", "size_bytes", "parameters"]
    assert [duel.figure for duel in aside] == ["loss"]
    claims = (
        Figures("p", "t", "published", True, accuracy=0.904),
        Figures("p", "u", "published", True, accuracy=0.754),
    )
    beside = opening(duels(*sides, claims))[0][0]
    assert (beside.figure, beside.student, beside.claimed_student) == ("accuracy_leak_free", 0.8, 0.754)
    copied = Figures("s", "u", "distill", False, accuracy=0.85, accuracy_leak_free=0.8, loss=0.3)
    assert [duel.figure for duel in opening(duels(sides[0], copied))[1]] == ["accuracy", "loss"]
    unknown = Figures("s", "u", "distill", False, accuracy=0.85)
    assert [duel.figure for duel in opening(duels(unknown, unknown))[0]] == ["accuracy"]
