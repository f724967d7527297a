"""The page "Did it help?": every figure against the stored answers, in both languages, whole and damaged."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from kd_core.artifacts.store import LOGIT
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.statistics import SeededDifference, paired_difference, seeded_difference
from tests.dashboard.kin import leave_out_copies
from tests.dashboard.reading import plain, table, traces, words

OpenPage = Callable[..., AppTest]
STUDY = "ablation"
# What each seed adds to the logit of the true class: distilled far ahead, int8 the same but for a little noise.
SKILL = {"plain": 0.0, "distilled": 2.5, "int8": 2.5}


@pytest.fixture
def seeded(artifacts: Path) -> Path:
    """A study of three seeds: twins, and an int8 run of each distilled one."""
    folder = artifacts / STUDY
    folder.mkdir()
    shutil.copy(artifacts / "showcase" / "data.parquet", folder)
    for seed in (1, 2, 3):
        _run(artifacts, "plain", seed, stage="scratch", twin=None, parent=None, source="student3_scratch")
        _run(artifacts, "distilled", seed, stage="distill", twin=f"plain-seed{seed}", parent=None)
        _run(artifacts, "int8", seed, stage="quantize", twin=None, parent=f"distilled-seed{seed}", noise=0.02)
    return artifacts


def _run(
    root: Path, recipe: str, seed: int, *, source: str = "student3_distilled", noise: float = 0.0, **changed
) -> None:
    origin, folder = root / "showcase" / source, root / STUDY / f"{recipe}-seed{seed}"
    folder.mkdir()
    record = json.loads((origin / "run.json").read_text())
    record |= {"study": STUDY, "run": folder.name, "seed": seed, "teacher": None} | changed
    (folder / "run.json").write_text(json.dumps(record))
    frame = pd.read_parquet(root / "showcase" / "student3_scratch" / "predictions.parquet")
    names = [name for name in frame if name.startswith(LOGIT)]
    own = frame["label"].to_numpy()[:, np.newaxis] == np.array([name.removeprefix(LOGIT) for name in names])
    logits = frame[names].to_numpy() + np.random.default_rng(seed).normal(0, 1, own.shape) + SKILL[recipe] * own
    frame[names] = (logits + np.random.default_rng(seed + 9).normal(0, noise, own.shape)).astype(np.float32)
    frame.to_parquet(folder / "predictions.parquet")


def right(root: Path, study: str, run: str, split: str = "test") -> tuple[np.ndarray, np.ndarray]:
    """Return which pictures of the split a run has right, and which are leak-free."""
    store = ArtifactStore(root)
    answers = store.predictions(study, run).of(split)
    return answers.logits.argmax(axis=1) == answers.label, leak_free(answers, store.index(study))


def over_seeds(root: Path, first: str, second: str, *, clean: bool) -> SeededDifference:
    pairs = []
    for seed in (1, 2, 3):
        one, mask = right(root, STUDY, f"{first}-seed{seed}")
        other, _ = right(root, STUDY, f"{second}-seed{seed}")
        keep = mask if clean else np.ones(len(mask), bool)
        pairs.append((one[keep], other[keep]))
    return seeded_difference(pairs)


def headline(app: AppTest) -> str:
    return plain(next(m.value for m in app.markdown if m.value.startswith("## ")))


def number(value: float, lang: str = "en") -> str:
    text = f"{100 * value:.1f}"
    return text.replace(".", ",") if lang == "de" else text


@pytest.mark.parametrize("lang", ["en", "de"])
def test_the_sentence_over_three_seeds(lang: str, seeded: Path, open_page: OpenPage) -> None:
    app = open_page("verdict", study=STUDY, lang=lang)
    for clean, part in ((True, "leak_free"), (False, "whole")):
        found = over_seeds(seeded, "distilled", "plain", clean=clean)
        assert max(one.p_value for one in found.each) < 0.001
        bounds = {"en": ", ", "de": "; "}[lang].join(number(b, lang) for b in (found.over.low, found.over.high))
        points = f"+{number(found.over.value, lang)} {'pp' if lang == 'en' else 'PP'} [{bounds}], "
        points += catalogue(lang)["verdict.seeds"].format(count=3) + ", McNemar p < "
        said = headline(app) if clean else plain(words(app))
        assert points in said
        assert catalogue(lang)[f"differences.part_{part}"] in words(app)
    assert {"en": "It helped", "de": "Sie hat geholfen"}[lang] in headline(app)
    assert {"en": "p < 0.001 in each", "de": "p < 0,001 bei jedem"}[lang] in headline(app)
    values = " / ".join(
        f"+{number(value, lang)}" for value in over_seeds(seeded, "distilled", "plain", clean=True).over.each
    )
    unit = {"en": " pp", "de": " PP"}[lang]
    assert values.replace(" /", f"{unit} /") + unit in plain(words(app))


def test_the_forest_has_a_row_a_seed_and_the_mean(seeded: Path, open_page: OpenPage) -> None:
    app = open_page("verdict", study=STUDY, part="whole")
    drawn = [trace for trace in traces(app, "verdict.distillation") if "error_x" in trace]
    found = over_seeds(seeded, "distilled", "plain", clean=False)
    expected = [*((one.difference, one.low, one.high) for one in found.each)]
    expected.append((found.over.value, found.over.low, found.over.high))
    for trace, (value, low, high) in zip(drawn, expected, strict=True):
        assert trace["x"][0] == pytest.approx(100 * value)
        assert trace["x"][0] + trace["error_x"]["array"][0] == pytest.approx(100 * high)
        assert trace["x"][0] - trace["error_x"]["arrayminus"][0] == pytest.approx(100 * low)
    assert [trace["marker"]["symbol"] for trace in drawn] == ["circle"] * 3 + ["diamond"]
    assert [plain(trace["name"]).rpartition(", ")[2] for trace in drawn] == [
        "seed 1", "seed 2", "seed 3", "mean of 3 seeds",
    ]  # fmt: skip
    # A tiny noise proves nothing: hollow.
    steps = [trace for trace in traces(app, "verdict.compression") if "error_x" in trace]
    assert {trace["marker"]["symbol"] for trace in steps} == {"circle-open", "diamond-open"}


def test_where_no_copy_was_trained_on_the_verdict_is_given_once(artifacts: Path, open_page: OpenPage) -> None:
    def grounds() -> list[str]:
        said = plain(words(open_page("verdict"))).splitlines()
        return [line for line in said if "pictures." in line and ("It helped" in line or "No proof" in line)]

    assert len(grounds()) == 1 and "all, n = 150 pictures." in grounds()[0]
    leave_out_copies(artifacts / "showcase")
    assert grounds() == []


def test_what_one_training_shows_is_said_of_that_training_alone(artifacts: Path, open_page: OpenPage) -> None:
    said = headline(open_page("verdict", part="whole"))
    pair = [right(artifacts, "showcase", run)[0] for run in ("student3_distilled", "student3_scratch")]
    found = paired_difference(*pair)
    assert found.p_value < 0.05 and found.low > 0
    assert "It helped in this one training: " in said
    assert f"+{number(found.difference)} pp [{number(found.low)}, {number(found.high)}], 1 seed, McNemar p" in said


def test_a_step_of_one_run_is_told_with_its_cost(artifacts: Path, open_page: OpenPage) -> None:
    text = plain(words(open_page("verdict", split="val", part="whole")))
    child, parent = (right(artifacts, "showcase", run, "val")[0] for run in ("student3_pruned", "student3_distilled"))
    found = paired_difference(child, parent)
    assert found.difference < 0
    cost = f"costs {number(-found.difference)} pp [{number(-found.high)}, {number(-found.low)}]"
    assert f"- **Student 3 pruned** from Student 3 distilled: {cost}" in text
    assert "1 seed, McNemar p" in text
    assert catalogue("en")["verdict.one_seed"] in text
    assert "Validation, all, n = 120 pictures" in text


def test_any_two_runs_are_counted(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("verdict", run="teacher", other="student3_int8", part="leak_free")
    one, clean = right(artifacts, "showcase", "teacher")
    other, _ = right(artifacts, "showcase", "student3_int8")
    one, other = one[clean], other[clean]
    shown = table(app, "Student 3 int8: right")
    counts = [[(one & other).sum(), (one & ~other).sum()], [(~one & other).sum(), (~one & ~other).sum()]]
    assert shown.iloc[:, 1:].to_numpy().tolist() == counts
    found = paired_difference(one, other)
    text = plain(words(app))
    assert f"### +{number(found.difference)} pp [{number(found.low)}, {number(found.high)}], McNemar p" in text
    assert "Teacher is better than Student 3 int8 on these pictures." in text
    assert f"Teacher: {number(one.mean())} % [" in text
    assert "Test, leak-free, n = 128 pictures." in text


@pytest.mark.usefixtures("artifacts")
def test_one_run_against_itself_is_no_comparison(open_page: OpenPage) -> None:
    app = open_page("verdict", run="teacher", other="teacher")
    assert catalogue("en")["verdict.same_run"] in words(app)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_seed_that_cannot_be_read_is_counted_and_named(lang: str, seeded: Path, open_page: OpenPage) -> None:
    (seeded / STUDY / "plain-seed2" / "predictions.parquet").write_bytes(b"PAR1")
    app = open_page("verdict", study=STUDY, lang=lang)
    assert catalogue(lang)["verdict.missing"].format(count=1) in words(app)
    assert f", {catalogue(lang)['verdict.seeds'].format(count=2)}, " in headline(app)
    assert words(app).count(str(seeded / STUDY / "plain-seed2" / "predictions.parquet")) == 1


def test_seeds_against_one_twin_say_so(seeded: Path, open_page: OpenPage) -> None:
    for seed in (1, 2, 3):
        path = seeded / STUDY / f"distilled-seed{seed}" / "run.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"twin": "plain-seed1"}))
    assert "All 3 trainings are compared with one and the same training" in words(open_page("verdict", study=STUDY))


def test_without_a_twin_nothing_is_claimed(artifacts: Path, open_page: OpenPage) -> None:
    path = artifacts / "showcase" / "student3_distilled" / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"twin": None}))
    app = open_page("verdict")
    assert catalogue("en")["verdict.untested"].format(run="Student 3 distilled") in words(app)
    assert not any(m.value.startswith("## ") for m in app.markdown)


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.usefixtures("artifacts")
def test_the_published_figures_have_no_answers_to_test(lang: str, open_page: OpenPage) -> None:
    app = open_page("verdict", study="published", lang=lang)
    assert not app.exception
    assert [info.value for info in app.info] == [catalogue(lang)["verdict.published"]]


@pytest.mark.usefixtures("no_artifacts")
def test_without_artifacts_there_is_a_sentence(open_page: OpenPage) -> None:
    app = open_page("verdict")
    assert not app.exception and not app.error
    assert "There are no results to show yet" in words(app)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_damaged_artifacts_are_named_and_the_rest_is_shown(
    lang: str, damaged_artifacts: Path, open_page: OpenPage
) -> None:
    app = open_page("verdict", lang=lang)
    assert not app.exception and not app.error
    text = words(app)
    for file in ("student3_int8/predictions.parquet", "data.parquet", "student3_scratch/run.json"):
        assert text.count(str(damaged_artifacts / "showcase" / file)) == 1
    assert catalogue(lang)["differences.part_leak_free"] not in [m.value for m in app.markdown]
    assert len([t for t in traces(app, "verdict.compression") if "error_x" in t]) == 1


def test_without_an_index_the_whole_split_alone_is_judged(artifacts: Path, open_page: OpenPage) -> None:
    (artifacts / "showcase" / "data.parquet").unlink()
    text = plain(words(open_page("verdict")))
    assert "Test, all, n = 150 pictures." in text
    assert "leak-free" not in text
