"""The page of scores by class: the figures of the files, one run and two, in both languages."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from tests.dashboard.artifacts_fixture import CLASSES
from tests.dashboard.reading import plain, table, traces, words

OpenPage = Callable[..., AppTest]
RUN = "student3_int8"
CHART = "scores.classes"


def from_file(artifacts: Path, run: str, *, clean: bool = False, split: str = "test") -> tuple[np.ndarray, np.ndarray]:
    """Read the files themselves: class indices of the pictures, and logits."""
    frame = pd.read_parquet(artifacts / "showcase" / run / "predictions.parquet")
    index = pd.read_parquet(artifacts / "showcase" / "data.parquet")
    leaked = set(index.loc[index["leaked"], "path"])
    frame = frame[(frame["split"] == split) & ~(frame["path"].isin(leaked) & clean)]
    label = frame["label"].map(CLASSES.index).to_numpy()
    return label, frame[[f"logit_{name}" for name in CLASSES]].to_numpy(np.float64)


def recall(label: np.ndarray, logits: np.ndarray) -> dict[str, float]:
    right = logits.argmax(axis=1) == label
    return {name: float(right[label == i].mean()) for i, name in enumerate(CLASSES)}


def metrics(app: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (plain(metric.value), plain(metric.delta)) for metric in app.metric}


@pytest.mark.parametrize("clean", [False, True])
def test_the_headline_is_that_of_the_files(clean: bool, artifacts: Path, open_page: OpenPage) -> None:
    label, logits = from_file(artifacts, RUN, clean=clean)
    app = open_page("scores", run=RUN, clean=str(int(clean)))
    shown = metrics(app)
    n = len(label)
    ranks = (logits > np.take_along_axis(logits, label[:, np.newaxis], 1)).sum(axis=1)
    for name, most in (("Top-1 accuracy", 1), ("Top-3 accuracy", 3)):
        hits = int((ranks < most).sum())
        bounds = binomtest(hits, n).proportion_ci(method="wilson")
        interval = f"95 %: {100 * bounds.low:.1f} to {100 * bounds.high:.1f} %"
        assert shown[name] == (f"{100 * hits / n:.1f} %", interval)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert shown["NLL"][0] == f"{-np.log(shares[np.arange(n), label]).mean():.3f}"
    assert shown["Brier score"][0] == f"{((shares - np.eye(15)[label]) ** 2).sum(axis=1).mean():.3f}"
    part = "Test, leak-free" if clean else "Test"
    assert f"Showcase: Student 3 int8. {part}, n = {128 if clean else 150} pictures." in words(app)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_table_holds_every_class_and_the_averages(lang: str, artifacts: Path, open_page: OpenPage) -> None:
    texts = catalogue(lang)
    label, logits = from_file(artifacts, RUN)
    shown = table(open_page("scores", run=RUN, order="name", lang=lang), texts["scores.support"])
    names = [f"{texts[f'names.class.{name}']} *" for name in CLASSES]
    assert shown[texts["scores.class"]].tolist() == [
        *sorted(names, key=str.casefold), texts["scores.average_macro"], texts["scores.average_weighted"],
    ]  # fmt: skip
    expected = recall(label, logits)
    rows = shown.set_index(texts["scores.class"])
    assert rows.loc[names, texts["scores.recall"]].tolist() == pytest.approx(list(expected.values()))
    assert rows[texts["scores.support"]].tolist() == [10] * 15 + [150, 150]
    # Ten pictures of each: then the mean of the classes is that of the pictures.
    assert rows[texts["scores.recall"]].tolist()[-2:] == pytest.approx([np.mean(list(expected.values()))] * 2)
    assert shown[texts["scores.recall_interval"]].tolist()[-2:] == ["–", "–"]


def test_classes_of_few_pictures_have_a_star_and_others_none(artifacts: Path, open_page: OpenPage) -> None:
    path = artifacts / "showcase" / RUN / "predictions.parquet"
    frame = pd.read_parquet(path)
    many = pd.concat([frame[(frame["split"] == "test") & (frame["label"] == "Cat")]] * 3)
    pd.concat([frame[(frame["split"] != "test") | (frame["label"] != "Cat")], many]).to_parquet(path)
    app = open_page("scores", run=RUN)
    shown = table(app, "Support (pictures)")["Class"].tolist()
    assert "Cat" in shown
    assert "Dog *" in shown
    assert "* Fewer than 30 pictures" in words(app)


def test_the_lowest_class_comes_first_and_whiskers_are_wilsons(artifacts: Path, open_page: OpenPage) -> None:
    values = recall(*from_file(artifacts, RUN))
    chart = traces(open_page("scores", run=RUN), CHART)[0]
    assert chart["x"] == pytest.approx(sorted(values.values()))
    lowest = binomtest(round(min(values.values()) * 10), 10).proportion_ci(method="wilson")
    assert chart["x"][0] - chart["error_x"]["arrayminus"][0] == pytest.approx(lowest.low)
    assert chart["x"][0] + chart["error_x"]["array"][0] == pytest.approx(lowest.high)
    assert "n = 10 pictures of the class" in chart["customdata"][0]


def test_two_runs_stand_side_by_side_with_their_paired_test(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("scores", run=RUN, other="teacher", order="name", score="precision")
    one, other = traces(app, CHART)
    assert (one["name"], other["name"]) == ("Student 3 int8", "Teacher")
    assert one["marker"]["color"] != other["marker"]["color"]
    label, logits = from_file(artifacts, "teacher")
    answer = logits.argmax(axis=1)
    precision = [float((label[answer == i] == i).mean()) for i in range(15)]
    assert other["x"] == pytest.approx(precision)
    shown = table(app, "p (McNemar)")
    assert shown["Compared"].tolist() == ["Student 3 int8 minus Teacher"] * 2
    rows = table(app, "Support (pictures)")
    assert rows["Run"].tolist() == ["Student 3 int8", "Teacher"] * 17
    assert "only a paired test compares them" in words(app)


def test_alone_a_run_is_compared_with_nothing(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("scores", run=RUN)
    assert len(traces(app, CHART)) == 1
    assert "Run" not in table(app, "Support (pictures)")
    assert not any("p (McNemar)" in frame.value.columns for frame in app.dataframe)


@pytest.mark.usefixtures("artifacts")
def test_of_the_published_study_what_the_matrix_tells(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("scores", study="published", run="student3", clean="1", split="val")
    assert app.selectbox(key="pick.run").options == ["Student 3", "Teacher"]
    matrix = pd.read_csv(artifacts / "published" / "student3" / "confusion.csv", index_col=0).to_numpy()
    assert list(metrics(app)) == ["Top-1 accuracy", "Macro F1"]
    assert metrics(app)["Top-1 accuracy"][0] == f"{np.trace(matrix) / matrix.sum():.1%}".replace("%", " %")
    assert "Test, n = 2,347 pictures, as the confusion matrices on the slides count them." in words(app)
    assert catalogue("en")["scores.stated_note"] in words(app)
    shown = table(app, "Support (pictures)").set_index("Class")
    assert shown.loc["Gorilla *", "Support (pictures)"] == 28
    assert shown.loc["Zebra", "Recall"] == pytest.approx(matrix[14, 14] / matrix[14].sum())


@pytest.mark.usefixtures("damaged_artifacts")
def test_damaged_answers_are_named_and_the_other_run_is_shown(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("scores", run="teacher", other="student3_distilled", lang="de")
    assert str(damaged_artifacts / "showcase" / "teacher" / "predictions.parquet") in words(app)
    assert [trace["name"] for trace in traces(app, CHART)] == ["Schüler 3 destilliert"]
    # The index is damaged too: without it nobody knows what leaked, and there is no switch that would pretend to.
    assert "pick.clean" not in [toggle.key for toggle in app.toggle]


@pytest.mark.usefixtures("no_artifacts")
def test_without_artifacts_it_says_what_to_do(open_page: OpenPage) -> None:
    app = open_page("scores")
    assert "make smoke" in words(app)
    assert not app.metric


def test_a_split_without_pictures_is_a_sentence(artifacts: Path, open_page: OpenPage) -> None:
    path = artifacts / "showcase" / RUN / "predictions.parquet"
    frame = pd.read_parquet(path)
    frame[frame["split"] == "test"].to_parquet(path)
    app = open_page("scores", run=RUN, split="val")
    assert "Student 3 int8 has answered no picture of this part (Validation)." in words(app)
    assert not app.metric
