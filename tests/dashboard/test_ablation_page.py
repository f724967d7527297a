"""The page "What each ingredient bought": every figure against the stored answers, finished, half finished, damaged."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from kd_core.evaluation.statistics import SeededDifference, seeded_difference
from tests.dashboard.kin import edit_record
from tests.dashboard.reading import plain, table, traces, words
from tests.dashboard.reproduced_fixture import ABLATION, CHANGES, remove_runs, write_ablation

OpenPage = Callable[..., AppTest]
EN, DE = catalogue("en"), catalogue("de")
FOREST = "ablation.forest"
BASES = ("base-seed1", "base-seed2", "base-seed3")
TWINS = ("alone-seed1", "alone-seed2", "alone-seed3")


@pytest.fixture
def finished(artifacts: Path) -> Path:
    write_ablation(artifacts)
    return artifacts


def right(root: Path, run: str, split: str) -> np.ndarray:
    answers = ArtifactStore(root).predictions(ABLATION, run).of(split)
    return answers.logits.argmax(axis=1) == answers.label


def expected(root: Path, runs: tuple[str, ...], split: str, bases: tuple[str, ...] = BASES) -> SeededDifference:
    """Return a recipe minus the base; no picture of this study leaked, and none is a copy of another held out."""
    pairs = zip(runs, bases, strict=True) if len(runs) > 1 else [(runs[0], base) for base in bases]
    return seeded_difference([(right(root, one, split), right(root, base, split)) for one, base in pairs])


def number(value: float) -> str:
    return f"{100 * value:.1f}"


def drawn(app: AppTest) -> dict[str, dict]:
    return {trace["name"]: trace for trace in traces(app, FOREST)}


@pytest.mark.parametrize("split", ["val", "test"])
def test_every_row_is_the_paired_difference_to_the_base(split: str, finished: Path, open_page: OpenPage) -> None:
    app = open_page("ablation", measured=split)
    rows = drawn(app)
    names = {
        "Much better": ("much-better",),
        "Much worse": ("much-worse",),
        "The same": ("the-same",),
        "Alone, mean of 3 seeds": TWINS,
    }
    assert sorted(rows) == sorted(names)
    for name, runs in names.items():
        over, trace = expected(finished, runs, split).over, rows[name]
        assert trace["x"][0] == pytest.approx(100 * over.value)
        assert trace["x"][0] + trace["error_x"]["array"][0] == pytest.approx(100 * over.high)
        assert trace["x"][0] - trace["error_x"]["arrayminus"][0] == pytest.approx(100 * over.low)
    # The largest gain stands on top.
    assert [trace["x"][0] for trace in traces(app, FOREST)] == sorted(
        (trace["x"][0] for trace in rows.values()), reverse=True
    )
    counted = {"val": ("Validation", 120), "test": ("Test", 150)}[split]
    assert f"{counted[0]}, leak-free, n = {counted[1]} pictures" in plain(words(app))


@pytest.mark.usefixtures("finished")
def test_validation_stands_first_whatever_another_page_showed(open_page: OpenPage) -> None:
    app = open_page("overview", split="test")
    app.switch_page("app_pages/ablation.py").run()
    assert app.query_params["measured"] in ("val", ["val"])
    assert EN["names.split.val"] in words(app)


def test_the_band_is_that_of_the_seeds_of_the_base(finished: Path, open_page: OpenPage) -> None:
    app = open_page("ablation")
    accuracies = np.array([right(finished, run, "val").mean() for run in BASES])
    low, high = accuracies.min() - accuracies.mean(), accuracies.max() - accuracies.mean()
    said = plain(words(app))
    assert " / ".join(f"{number(value)} %" for value in accuracies) in said
    assert f"[{number(low)}, {number(high)}] points" in said
    assert "with a chance of 50 %" in said
    assert "Much better" not in said.partition("Grey band")[0].partition("Each row")[2]


def test_every_change_is_a_sentence_with_what_was_changed(finished: Path, open_page: OpenPage) -> None:
    said = plain(words(open_page("ablation"))).replace("\\", "")
    for runs, name, finding in (
        (("much-better",), "Much better", "gained, in this one training. (ema 0.998 instead of 0)"),
        (("much-worse",), "Much worse", "lost, in this one training. (temperature 1 instead of 4)"),
        (("the-same",), "The same", "within noise. (augmentation.mixing.kind mixup)"),
        (TWINS, "Alone", "lost. (stage scratch instead of distill, without teacher, alpha"),
    ):
        over = expected(finished, runs, "val").over
        sign = "+" if over.value > 0 else ""
        interval = f"[{number(over.low)}, {number(over.high)}]"
        assert f"**{name}**: {sign}{number(over.value)} pp {interval}: {finding}" in said


def test_the_table_has_accuracy_tests_and_n(finished: Path, open_page: OpenPage) -> None:
    shown = table(open_page("ablation"), EN["ablation.difference"]).set_index("Run")
    row = shown.loc["Much better"]
    found = expected(finished, ("much-better",), "val")
    assert row[EN["ablation.difference"]] == pytest.approx(found.over.value)
    assert row["n"] == 120
    assert row[EN["ablation.trainings"]] == 1
    assert row[EN["differences.p"]].count("/") == 2
    assert number(right(finished, "much-better", "val").mean()) in row[EN["ablation.accuracy"]]
    assert shown.loc["Alone", EN["ablation.trainings"]] == 3


def test_names_decide_nothing(finished: Path, open_page: OpenPage) -> None:
    before = {name: trace["x"] for name, trace in drawn(open_page("ablation")).items()}
    for seed in (1, 2, 3):
        for old, new in (("base", "mixup"), ("alone", "distilled")):
            (finished / ABLATION / f"{old}-seed{seed}").rename(finished / ABLATION / f"{new}-seed{seed}")
            edit_record(finished / ABLATION / f"{new}-seed{seed}", run=f"{new}-seed{seed}")
    after = {name: trace["x"] for name, trace in drawn(open_page("ablation")).items()}
    assert sorted(map(tuple, after.values())) == sorted(map(tuple, before.values()))
    assert "Much better" in after


def test_a_study_that_is_being_trained_shows_what_is_finished(finished: Path, open_page: OpenPage) -> None:
    folder = finished / ABLATION
    remove_runs(folder, *CHANGES, "base-seed2", "base-seed3", "alone-seed3")
    (folder / ".ema.partial").mkdir()
    app = open_page("ablation")
    over = expected(finished, ("alone-seed1", "alone-seed2"), "val", ("base-seed1", "base-seed1")).over
    (trace,) = traces(app, FOREST)
    assert trace["x"][0] == pytest.approx(100 * over.value)
    assert EN["ablation.no_band"].format(base="Base") in words(app)
    assert "3 runs are finished" in words(app)
    remove_runs(folder, "alone-seed1", "alone-seed2")
    app = open_page("ablation", lang="de")
    assert DE["ablation.base_alone"].format(base="Base") in words(app)
    remove_runs(folder, "base-seed1")
    assert "make train STUDY=ablation" in words(open_page("ablation"))


@pytest.mark.usefixtures("artifacts")
def test_without_the_study_the_page_says_what_trains_it(open_page: OpenPage) -> None:
    app = open_page("ablation", lang="de")
    assert [info.value for info in app.info] == [DE["ablation.not_trained"].format(study="Ablation")]


def test_what_is_damaged_is_named_and_the_rest_compared(finished: Path, open_page: OpenPage) -> None:
    folder = finished / ABLATION
    (folder / "much-better" / "predictions.parquet").write_bytes(b"PAR1 and nothing else")
    (folder / "much-worse" / "run.json").write_text("{")
    (folder / "base-seed3" / "predictions.parquet").unlink()
    app = open_page("ablation")
    said = words(app)
    assert not app.exception
    for broken in ("much-better/predictions.parquet", "much-worse/run.json", "base-seed3/predictions.parquet"):
        assert broken in said
    first, second = "Much better", "Base"
    assert EN["verdict.incomparable"].format(first=first, second=second) in said
    over = expected(finished, ("the-same",), "val", BASES[:2]).over
    assert drawn(app)["The same"]["x"][0] == pytest.approx(100 * over.value)


def test_the_leak_free_part_is_taken_where_copies_were_trained_on(finished: Path, open_page: OpenPage) -> None:
    file = finished / ABLATION / "data.parquet"
    index = pd.read_parquet(file)
    index["used"] = np.where(index["split"] == "train", "trained", "held out")
    index.to_parquet(file)
    assert "Test, leak-free, n = 128 pictures" in plain(words(open_page("ablation", measured="test")))
