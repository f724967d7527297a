import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from kd_core.evaluation.metrics import leak_free
from tests.dashboard.kin import leave_out_copies
from tests.dashboard.reading import table, traces, words

OpenPage = Callable[..., AppTest]
SCATTER = "comparison.scatter"


def _accuracy(artifacts: Path, run: str) -> tuple[float, float]:
    """Return the test accuracy, whole and leak-free, straight from the files."""
    store = ArtifactStore(artifacts)
    answers = store.predictions("showcase", run).of("test")
    right = answers.logits.argmax(axis=1) == answers.label
    return float(right.mean()), float(right[leak_free(answers, store.index("showcase"))].mean())


@pytest.mark.parametrize("lang", ["en", "de"])
def test_table_holds_what_the_files_hold(lang: str, artifacts: Path, open_page: OpenPage) -> None:
    texts = catalogue(lang)
    app = open_page("comparison", lang=lang)
    shown = table(app, texts["comparison.column_images_per_s"])
    teacher = shown.iloc[0]
    whole, clean = _accuracy(artifacts, "teacher")
    assert teacher[f"{texts['comparison.column_accuracy']} (n = 150)"] == pytest.approx(whole)
    assert teacher[f"{texts['comparison.column_accuracy_leak_free']} (n = 128)"] == pytest.approx(clean)
    assert teacher[texts["comparison.column_size_bytes"]] == 6_950_000
    assert teacher[texts["comparison.column_latency_ms"]] == pytest.approx(21.4)
    stated = shown[shown.iloc[:, 0].str.contains(texts["comparison.stated"], regex=False)]
    assert stated[f"{texts['comparison.column_accuracy']} (n = 150)"].tolist() == [0.5419, 0.5654, 0.7537, 0.9042]
    assert texts["comparison.stated_note"] in words(app)


def test_scatter_shows_the_chosen_cost_and_part(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("comparison", cost="latency_ms", part="whole", published="0")
    marks = {trace["name"]: trace for trace in traces(app, SCATTER)}
    assert marks["Teacher"]["x"] == [21.4]
    assert marks["Teacher"]["y"] == [pytest.approx(_accuracy(artifacts, "teacher")[0])]
    assert "AMD EPYC" in words(app)
    clean = open_page("comparison", cost="size_bytes", part="leak_free")
    marks = {trace["name"]: trace for trace in traces(clean, SCATTER)}
    assert marks["Teacher"]["y"] == [pytest.approx(_accuracy(artifacts, "teacher")[1])]
    assert marks["Teacher"]["x"] == [6.95]
    assert (marks["Teacher (stated)"]["x"], marks["Teacher (stated)"]["y"]) == ([482.0], [0.9042])
    assert marks["Teacher (stated)"]["marker"]["symbol"].endswith("-open")


def test_twins_are_compared_with_interval_test_and_n(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("comparison", shown="savings")
    shown = table(app, "What follows")
    assert shown["Compared"].tolist() == ["Student 3 distilled minus Student 3 without a teacher"] * 2
    assert shown["n"].tolist() == [150, 128]
    expected = np.subtract(_accuracy(artifacts, "student3_distilled"), _accuracy(artifacts, "student3_scratch"))
    assert shown["Accuracy"].tolist() == pytest.approx(expected.tolist())
    assert all(" to " in interval for interval in shown["95 % interval"])
    assert ((shown["p (McNemar)"] > 0) & (shown["p (McNemar)"] <= 1)).all()


def test_where_no_copy_was_trained_on_nothing_is_said_twice(artifacts: Path, open_page: OpenPage) -> None:
    leave_out_copies(artifacts / "showcase")
    shown = table(open_page("comparison", shown="savings"), "What follows")
    assert (shown["Pictures"].tolist(), shown["n"].tolist()) == (["leak-free"], [150])
    deployed = table(open_page("comparison", shown="deployment"), "Accuracy, leak-free")
    assert "Accuracy, all" not in deployed
    assert deployed["Accuracy, leak-free"][0] == pytest.approx(_accuracy(artifacts, "teacher")[0])


def test_without_a_teacher_nothing_is_saved_and_the_page_says_so(artifacts: Path, open_page: OpenPage) -> None:
    shutil.rmtree(artifacts / "showcase" / "teacher")
    app = open_page("comparison", shown="savings", published="0")
    assert catalogue("en")["comparison.no_savings"].format(study="Showcase") in words(app)
    assert not app.dataframe


@pytest.mark.usefixtures("artifacts")
def test_savings_name_their_runs_and_factors(open_page: OpenPage) -> None:
    app = open_page("comparison", shown="savings")
    shown = table(app, "Time per picture").set_index("Student")
    assert shown.loc["Student 3 int8", "Size"] == pytest.approx(6_950_000 / 727_000)
    assert shown.loc["Student 3 int8", "Time per picture"] == pytest.approx(21.4 / 0.72)
    assert shown.loc["Student 3 distilled", "Parameters"] == pytest.approx(3_432_155 / 675_343)
    claimed = table(app, "Time for the test split").set_index("Student")
    assert claimed.loc["Student 3", "Time for the test split"] == pytest.approx(43.844 / 13.536)
    assert "p (McNemar)" not in claimed
    assert "Against Teacher: accuracy is student minus teacher on Test, leak-free, n = 128 pictures" in words(app)


def test_times_are_those_of_the_chosen_machine(artifacts: Path, open_page: OpenPage) -> None:
    folder = artifacts / "showcase" / "benchmarks"
    other = json.loads((folder / "machine.json").read_text())
    other |= {"machine": "laptop", "cpu": "Laptop CPU", "measured": "2025-01-01T00:00:00+00:00"}
    other["runs"] = {"teacher": other["runs"]["teacher"] | {"images_per_s": 7.0}}
    (folder / "laptop.json").write_text(json.dumps(other))
    assert table(open_page("comparison"), "Pictures per s")["Pictures per s"][0] == pytest.approx(1000 / 21.4)
    app = open_page("comparison", machine="laptop")
    assert table(app, "Pictures per s")["Pictures per s"][0] == 7.0
    assert table(app, "Pictures per s")["Pictures per s"][1:].isna().all()
    assert "Laptop CPU" in words(app)


@pytest.mark.usefixtures("artifacts")
def test_of_the_published_study_only_what_was_stated(open_page: OpenPage) -> None:
    app = open_page("comparison", study="published")
    assert [trace["name"] for trace in traces(app, SCATTER)] == ["Student 3 (stated)", "Teacher (stated)"]
    savings = open_page("comparison", study="published", shown="savings")
    assert table(savings, "Time for the test split")["Student"].tolist() == ["Student 3"]
    assert not any("What follows" in frame.value.columns for frame in savings.dataframe)


def test_what_is_broken_is_named_and_the_rest_compared(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("comparison")
    assert str(damaged_artifacts / "showcase" / "benchmarks" / "machine.json") in words(app)
    assert words(app).count(str(damaged_artifacts / "showcase" / "teacher" / "predictions.parquet")) == 1
    savings = open_page("comparison", shown="savings")
    assert words(savings).count(str(damaged_artifacts / "showcase" / "teacher" / "predictions.parquet")) == 1
    assert catalogue("en")["comparison.savings_unread"].format(teacher="Teacher") in words(savings)
    shown = table(app, "Size").set_index("Run")
    assert shown.loc["Student 3 distilled", "Size"] == 2_720_000


@pytest.mark.usefixtures("artifacts")
def test_the_published_figures_stand_beside_whatever_another_page_hides(open_page: OpenPage) -> None:
    app = open_page("training_curves", points="0")
    app.switch_page("app_pages/comparison.py").run()
    assert "Teacher (stated)" in {trace["name"] for trace in traces(app, SCATTER)}
