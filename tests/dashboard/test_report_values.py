"""What a report states is what its artifacts hold: every figure counted again from the stored logits."""

import hashlib
import io
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.dashboard.artifacts_fixture import CLASSES, COUNTS, PLAN
from tests.dashboard.conftest import ReportIn
from tests.dashboard.reading import plain
from tests.dashboard.report_reading import Page, figures, read_page, table_with
from tests.dashboard.stored import LOGITS, NAMES, answers, softmax


@pytest.fixture(scope="module")
def files(report_on_all: ReportIn) -> dict[str, bytes]:
    return report_on_all("en")


@pytest.fixture(scope="module")
def page(files: dict[str, bytes]) -> Page:
    return read_page(files["report-showcase.html"].decode())


@pytest.fixture(scope="module")
def index(_written: Path) -> pd.DataFrame:
    return pd.read_parquet(_written / "showcase" / "data.parquet")


def csv(files: dict[str, bytes], name: str) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(files[f"{name}.csv"]))


def the_best(root: Path) -> str:
    """The student that is right most often on validation, of which nothing leaked here."""
    right = {
        plan.run: (-answers(root, plan.run, "val").eval("answer == label").mean(), plan.size)
        for plan in PLAN
        if plan.run != "teacher"
    }
    return min(right, key=right.__getitem__)


@pytest.mark.parametrize("plan", PLAN, ids=lambda plan: plan.run)
def test_the_figures_of_a_run(plan, _written: Path, files: dict[str, bytes], page: Page) -> None:
    found = answers(_written, plan.run)
    right, clean = found["answer"] == found["label"], ~found["leaked"]
    true = softmax(found[LOGITS].to_numpy(np.float64))[
        np.arange(len(found)), [CLASSES.index(name) for name in found["label"]]
    ]
    row = csv(files, "runs").query("not published").set_index("run").loc[plan.run]
    assert (row["n"], row["n_leak_free"]) == (len(found), clean.sum()) == (150, 128)
    assert row["accuracy"] == pytest.approx(right.mean(), abs=1e-12)
    assert row["accuracy_leak_free"] == pytest.approx(right[clean].mean(), abs=1e-12)
    assert row["loss"] == pytest.approx(-np.log(true).mean(), rel=1e-5)
    assert (row["size_bytes"], row["parameters"], row["macs"]) == (plan.size, plan.parameters, plan.parameters * 90)
    assert row["non_zero"] == int(plan.parameters * (1 - plan.sparsity))
    assert row["latency_ms"] == plan.latency
    assert (row["machine"], row["cpu"], row["threads"]) == ("machine", "AMD EPYC", 2)

    record = json.loads((_written / "showcase" / plan.run / "run.json").read_text())
    assert row["size_gzip_bytes"] == record["model"]["size_gzip_bytes"]
    written = {plain(k): plain(v) for k, v in next(r for r in _rows(page) if r["Run"] == NAMES[plan.run]).items()}
    low, high = (100 * row[f"accuracy_leak_free_{bound}"] for bound in ("low", "high"))
    assert written["Accuracy, leak-free (n = 128)"] == f"{100 * right[clean].mean():.1f} %\n[{low:.1f}, {high:.1f}]"
    assert written["Accuracy, all (n = 150)"].startswith(f"{100 * right.mean():.1f} %\n[")
    assert written["Loss in nats"] == f"{-np.log(true).mean():.3f}"
    assert written["Parameters"] == f"{plan.parameters:,}"
    assert ("noisy" in written["Per picture, median"]) is plan.noisy


@pytest.mark.parametrize("plan", PLAN, ids=lambda plan: plan.run)
def test_the_interval_of_an_accuracy_is_as_wide_as_chance_makes_it(
    plan, _written: Path, files: dict[str, bytes]
) -> None:
    found = answers(_written, plan.run)
    right = (found["answer"] == found["label"])[~found["leaked"]]
    row = csv(files, "runs").query("not published").set_index("run").loc[plan.run]
    error = math.sqrt(right.mean() * (1 - right.mean()) / len(right))
    # No two of these pictures are copies of one another, so that the bootstrap's is the usual interval but for chance.
    for bound, sign in (("low", -1), ("high", 1)):
        expected = right.mean() + sign * 1.96 * error
        assert row[f"accuracy_leak_free_{bound}"] == pytest.approx(expected, abs=0.012)


def test_the_published_figures_stand_beside_them(files: dict[str, bytes], page: Page) -> None:
    stated = csv(files, "runs").query("published").set_index("run")
    assert stated.loc["teacher", "accuracy"] == pytest.approx(0.9042)
    assert stated["accuracy_low"].isna().all()
    beside = csv(files, "published").set_index("figure")
    assert beside.loc["parameters", "claimed_teacher"] == 57_701_519
    shown = {row["Figure"]: row for row in table_with(page, "Original: Teacher")}
    assert plain(shown["Accuracy, all"]["Original: Teacher"]) == "90.4 %"
    assert "90.42" in page.text, "the slides' own contradiction names the figure to two decimals"


def test_the_data_set(files: dict[str, bytes], page: Page, index: pd.DataFrame) -> None:
    pictures = "".join(f"{path} {sha}\n" for path, sha in zip(index["path"], index["sha256"], strict=True))
    assert hashlib.sha256(pictures.encode()).hexdigest() in page.text
    # What the runs say that they were trained on is another hash in the fixture, and is said too.
    assert "f" * 64 in page.text
    copies = csv(files, "copies").set_index("split")
    assert copies["pictures"].to_dict() == {split: 15 * count for split, count in COUNTS.items()}
    assert copies["leaked"].to_dict() == {"train": 0, "val": 0, "test": 22}
    assert f"22 ({100 * 22 / 150:.1f} % of the test split)" in plain(page.text)
    classes = csv(files, "classes").set_index("class")
    assert classes.loc["Zebra"].to_dict() == COUNTS


def test_whether_distillation_helped(_written: Path, files: dict[str, bytes], page: Page) -> None:
    one, other = (answers(_written, run).query("not leaked") for run in ("student3_distilled", "student3_scratch"))
    first, second = (frame["answer"].to_numpy() == frame["label"].to_numpy() for frame in (one, other))
    difference = first.mean() - second.mean()
    alone = [int((first & ~second).sum()), int((second & ~first).sum())]
    p = min(1.0, 2 * sum(math.comb(sum(alone), k) for k in range(min(alone) + 1)) / 2 ** sum(alone))
    row = csv(files, "verdicts-distillation").query("part == 'leak_free'").iloc[0]
    assert row["difference"] == pytest.approx(difference, abs=1e-12)
    assert [row["only_first"], row["only_second"]] == alone
    assert row["p_value"] == pytest.approx(p, rel=1e-9)
    low, high = 100 * row["low"], 100 * row["high"]
    assert f"{100 * difference:+.1f} pp [{low:.1f}, {high:.1f}], 1 seed, McNemar p" in plain(page.text)


def test_what_every_step_cost(_written: Path, files: dict[str, bytes]) -> None:
    rows = csv(files, "verdicts-compression").query("part == 'whole'").set_index("run")
    tree = csv(files, "family").set_index("run")
    for plan in PLAN:
        if plan.parent is None:
            continue
        own, parent = answers(_written, plan.run), answers(_written, plan.parent)
        right = [(frame["answer"] == frame["label"]).to_numpy() for frame in (own, parent)]
        assert rows.loc[plan.run, "difference"] == pytest.approx(right[0].mean() - right[1].mean(), abs=1e-12)
        same = (own["answer"] == parent["answer"]).mean()
        assert tree.loc[NAMES[plan.run], "agreement"] == pytest.approx(same, abs=1e-12)
        before = next(p for p in PLAN if p.run == plan.parent)
        assert tree.loc[NAMES[plan.run], "times_smaller"] == pytest.approx(before.size / plan.size)


def test_the_diagrams_count_every_parameter_once(_written: Path, files: dict[str, bytes]) -> None:
    for run in ("teacher", the_best(_written)):
        layers = pd.read_csv(_written / "showcase" / run / "layers.csv")
        blocks = csv(files, f"network-{run}")
        for count in ("parameters", "macs"):
            assert blocks[count].sum() == layers[count].sum() > 0
        assert blocks["layers"].sum() == len(layers)


def test_matrices_and_scores_are_counted_on_leak_free_pictures(
    _written: Path, files: dict[str, bytes], page: Page
) -> None:
    drawn = [figure for figure in figures(page) if figure["data"][0]["type"] == "heatmap"]
    assert len(drawn) == 2
    scores = csv(files, "scores").set_index(["run", "class"])
    for role, run, figure in zip(("teacher", "student"), ("teacher", the_best(_written)), drawn, strict=True):
        found = answers(_written, run).query("not leaked")
        matrix = pd.crosstab(found["label"], found["answer"]).reindex(index=CLASSES, columns=CLASSES, fill_value=0)
        assert csv(files, f"confusion-{role}").set_index("true").equals(matrix.rename_axis("true"))
        assert np.array_equal(figure["data"][0]["z"], matrix.to_numpy())
        for name in CLASSES:
            recall = matrix.loc[name, name] / matrix.loc[name].sum()
            precision = matrix.loc[name, name] / matrix[name].sum()
            assert scores.loc[(run, name), "recall"] == pytest.approx(recall)
            assert scores.loc[(run, name), "precision"] == pytest.approx(precision)
            assert scores.loc[(run, name), "support"] == matrix.loc[name].sum()


def test_calibration(_written: Path, files: dict[str, bytes]) -> None:
    rows = csv(files, "calibration").set_index("run")
    assert list(rows.index) == [plan.run for plan in PLAN]
    for plan in PLAN:
        found = answers(_written, plan.run).query("not leaked")
        confidence = softmax(found[LOGITS].to_numpy(np.float64)).max(axis=1)
        right = (found["answer"] == found["label"]).to_numpy()
        bins = np.minimum((confidence * 15).astype(int), 14)
        gaps = [abs(right[bins == i].sum() - confidence[bins == i].sum()) for i in range(15)]
        assert rows.loc[plan.run, "ece"] == pytest.approx(sum(gaps) / len(found), abs=1e-6)
    student = csv(files, "calibration-student")
    assert (len(student), student["n"].sum()) == (15, 128)


def test_the_curves_are_the_recorded_epochs(_written: Path, files: dict[str, bytes], page: Page) -> None:
    training = csv(files, "training")
    recorded = pd.read_csv(_written / "showcase" / "student3_distilled" / "history.csv")
    found = training[training["run"] == "student3_distilled"].drop(columns="run").reset_index(drop=True)
    pd.testing.assert_frame_equal(found, recorded, check_dtype=False)
    named = {NAMES["student3_distilled"], "Teacher", NAMES["student3_scratch"]}
    curves = next(f for f in figures(page) if {t.get("name") for t in f["data"]} >= {*named, "epoch kept"})
    line = next(t for t in curves["data"] if t["name"] == NAMES["student3_distilled"] and t["line"]["dash"] == "solid")
    assert np.allclose(line["y"], recorded["val_accuracy"])
    star = next(t for t in curves["data"] if t["name"] == "epoch kept")
    assert (star["x"][0], star["y"][0]) == (9, pytest.approx(_epoch_nine(_written, "teacher")))


def test_the_scatter_has_every_run_and_the_stated_ones_hollow(files: dict[str, bytes], page: Page) -> None:
    runs = csv(files, "runs")
    scatter = next(f for f in figures(page) if "size of the deployed model" in str(f["layout"]["xaxis"].get("title")))
    marks = {t["name"]: t for t in scatter["data"] if t["mode"] == "markers"}
    for row in runs.query("not published").itertuples():
        mark = marks[NAMES[row.run]]
        assert (mark["x"][0], mark["y"][0]) == (row.size_bytes / 1e6, pytest.approx(row.accuracy_leak_free))
    stated = marks["Teacher (stated)"]
    assert stated["marker"]["symbol"].endswith("-open")
    assert stated["y"][0] == pytest.approx(0.9042)


def test_what_was_studied_and_with_what(_written: Path, files: dict[str, bytes], page: Page) -> None:
    recipes = csv(files, "recipes").set_index("run")
    assert recipes.loc["student3_int8", "parent"] == "student3_distilled"
    assert json.loads(recipes.loc["student3_distilled", "config"])["temperature"] == 4.0
    row = next(row for row in table_with(page, "Network") if row["Run"] == NAMES["student3_distilled"])
    assert (row["Learned from"], row["Twin"], row["Epochs"]) == ("Teacher", NAMES["student3_scratch"], "12")
    assert "The sparsity of conv1 is 0.494, not 0.5." in page.text
    for run, took in recipes["seconds"].items():
        written = json.loads((_written / "showcase" / str(run) / "run.json").read_text(encoding="utf-8"))
        epochs = pd.read_csv(_written / "showcase" / str(run) / "history.csv")["seconds"].sum()
        # A record begins anew where a training went on after an interruption; the epochs before are in its history.
        assert took == pytest.approx(max(written["seconds"], epochs))
    made = csv(files, "environment").set_index("what")
    assert made.loc["benchmark", ["cpu", "threads", "ai-edge-litert"]].tolist() == ["AMD EPYC", 2, "2.3.0"]
    assert made["tensorflow"].iloc[0] == "2.21.0"
    assert "2026-01-07 08:00" in page.text


def test_every_chart_names_its_split_and_n(page: Page) -> None:
    captions = [attributes["aria-label"] for tag, attributes in page.elements if attributes.get("role") == "img"]
    assert len(captions) == len(figures(page)) == 15
    # What a network is made of was measured on no pictures.
    measured = [caption for caption in captions if " blocks of " not in caption]
    assert len(measured) == 13
    for caption in measured:
        assert "n = " in caption or "n\u202f=\u202f" in caption, caption
        assert any(split in caption for split in ("Test", "Validation", "validation", "34,406", "570")), caption


def test_every_csv_is_named_on_the_page(files: dict[str, bytes], page: Page) -> None:
    named = {name for name in files if name.endswith(".csv")}
    assert len(named) == 21
    assert all(f"Numbers: {name}." in page.text for name in named)


def _rows(page: Page) -> list[dict[str, str]]:
    return table_with(page, "Precision")


def _epoch_nine(root: Path, run: str) -> float:
    return float(pd.read_csv(root / "showcase" / run / "history.csv").set_index("epoch").loc[9, "val_accuracy"])
