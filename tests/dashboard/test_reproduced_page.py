"""The page "Published and reproduced": with none, one and both reproductions, every figure against the answers."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from kd_core.evaluation.bootstrap import Estimate, estimate
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.metrics import leak_free, log_loss
from kd_core.evaluation.statistics import PairedDifference, paired_difference
from tests.dashboard.kin import edit_record
from tests.dashboard.reading import plain, table, traces, words
from tests.dashboard.reproduced_fixture import LEAKFREE, PAPER, remove_runs, write_paper

OpenPage = Callable[..., AppTest]
EN, DE = catalogue("en"), catalogue("de")
CHART, FAULT, LEAKS = "reproduced.claims", f"fault-{PAPER}", "reproduced.leaks"
# As the slides state them.
STATED = {"teacher": {"test": 0.9042, "val": 0.94}, "student3": {"test": 0.7537, "val": 0.769}}


@pytest.fixture
def one(artifacts: Path) -> Path:
    write_paper(artifacts)
    return artifacts


@pytest.fixture
def both(one: Path) -> Path:
    write_paper(one, LEAKFREE, boost=-0.3)
    return one


def right(root: Path, study: str, run: str, split: str = "test") -> np.ndarray:
    answers = ArtifactStore(root).predictions(study, run).of(split)
    return answers.logits.argmax(axis=1) == answers.label


def clean(root: Path, study: str, split: str = "test") -> np.ndarray:
    store = ArtifactStore(root)
    return leak_free(store.predictions(study, "teacher").of(split), store.index(study))


def groups(root: Path, study: str, split: str = "test") -> np.ndarray:
    store = ArtifactStore(root)
    return picture_groups(store.predictions(study, "teacher").of(split), store.index(study))


def accuracy(root: Path, study: str, run: str, *, leaks: bool = True, split: str = "test") -> Estimate:
    keep = slice(None) if leaks else clean(root, study, split)
    return estimate(right(root, study, run, split)[keep], groups(root, study, split)[keep])


def gap(root: Path, first: tuple[str, str], second: tuple[str, str], *, leaks: bool) -> PairedDifference:
    keep = slice(None) if leaks else clean(root, first[0])
    return paired_difference(right(root, *first)[keep], right(root, *second)[keep], groups(root, first[0])[keep])


def number(value: float) -> str:
    return f"{100 * value:.1f}"


def interval(found: Estimate | PairedDifference) -> str:
    return f"[{number(found.low)}, {number(found.high)}]"


def said(app: AppTest) -> str:
    return plain(words(app)).replace("\\", "")


def bounds(trace: dict) -> tuple[float, float, float]:
    (value,) = trace["x"]
    return value - trace["error_x"]["arrayminus"][0], value, value + trace["error_x"]["array"][0]


@pytest.mark.parametrize("split", ["test", "val"])
@pytest.mark.parametrize("part", ["whole", "leak_free"])
def test_each_row_is_the_accuracy_minus_the_claim(split: str, part: str, both: Path, open_page: OpenPage) -> None:
    rows = {trace["name"]: trace for trace in traces(open_page("reproduced", split=split, claims_part=part), CHART)}
    names = {PAPER: EN[f"names.study.{PAPER}"], LEAKFREE: EN[f"names.study.{LEAKFREE}"]}
    expected = {f"Teacher ({name})": (study, "teacher") for study, name in names.items()}
    expected |= {f"Student 3 distilled ({name})": (study, "student3-distilled") for study, name in names.items()}
    expected |= {
        f"Student 3 softened twice ({name})": (study, "student3-softened-twice") for study, name in names.items()
    }
    expected |= {
        "Teacher (Showcase)": ("showcase", "teacher"),
        "Student 3 distilled (Showcase)": ("showcase", "student3_distilled"),
    }
    assert sorted(rows) == sorted(expected)
    for name, (study, run) in expected.items():
        found = accuracy(both, study, run, leaks=part == "whole", split=split)
        claim = STATED["teacher" if name.startswith("Teacher") else "student3"][split]
        wanted = [100 * (value - claim) for value in (found.low, found.value, found.high)]
        assert bounds(rows[name]) == pytest.approx(wanted)
        holds = found.low <= claim <= found.high
        assert rows[name]["marker"]["symbol"] == ("circle-open" if holds else "circle")


def test_a_sentence_says_whether_the_interval_holds_the_claim(one: Path, open_page: OpenPage) -> None:
    told = said(open_page("reproduced"))
    study = EN[f"names.study.{PAPER}"]
    outcomes = set()
    plainly, faulty = "the recipe gives", "the recipe, its softmax taken twice, gives"
    for name, run, claim, recipe in (
        ("Teacher", "teacher", 0.9042, plainly),
        ("Student 3 distilled", "student3-distilled", 0.7537, plainly),
        ("Student 3 softened twice · distilled", "student3-softened-twice", 0.7537, faulty),
    ):
        whole, honest = (accuracy(one, PAPER, run, leaks=leaks) for leaks in (True, False))
        word = "missed" if claim > whole.high else "passed" if claim < whole.low else "met"
        outcomes.add(word)
        line = f"**{name}** ({study}): {recipe} {number(whole.value)} % {interval(whole)} on our 150 pictures (Test): "
        line += EN[f"reproduced.{word}"].format(claim=f"{number(claim)} %")
        line += f" On the 128 leak-free ones of them: {number(honest.value)} % {interval(honest)}."
        assert line in told
    assert outcomes >= {"missed", "passed"}
    assert "our own recipe gives" in told


def test_the_table_has_all_figures_of_claim_and_run(one: Path, open_page: OpenPage) -> None:
    shown = table(open_page("reproduced"), EN["reproduced.column_parameters_with_masks"])
    stated = shown[shown["Study"] == EN["names.study.published"]].set_index("Run")
    assert list(stated.index) == ["Teacher", "Student 1", "Student 2", "Student 3"]
    assert stated.loc["Student 3", "Loss"] == 0.9764
    assert stated.loc["Student 3", "Size"] == 3_190_000
    assert stated.loc["Student 3", "Parameters"] == 675_343
    assert stated.loc["Student 3", "With masks"] == 1_340_150
    assert stated.loc["Student 3", "Faster"] == pytest.approx(43.844 / 13.536)
    own = shown[shown["Study"] == "Showcase"].set_index("Run")
    assert own.loc["Student 3 distilled", "Faster"] == pytest.approx(21.4 / 2.1)
    assert own.loc["Student 3 distilled", "With masks"] == 1_340_150
    again = shown[shown["Study"] == EN[f"names.study.{PAPER}"]].set_index("Run")
    store = ArtifactStore(one)
    loss = log_loss(store.predictions(PAPER, "student3-distilled").of("test"))
    assert again.loc["Student 3 distilled", "Loss"] == pytest.approx(loss)
    # Its models are not shipped, and nobody measured their time.
    assert pd.isna(again.loc["Student 3 distilled", "Faster"])
    honest = accuracy(one, PAPER, "student3-distilled", leaks=False)
    written = plain(again.loc["Student 3 distilled", "Accuracy, leak-free"])
    assert written == f"{number(honest.value)} % {interval(honest)}"


def test_what_differs_from_the_original_is_read_from_the_runs(one: Path, open_page: OpenPage) -> None:
    frames = [frame.value for frame in open_page("reproduced").dataframe if "Input, px" in frame.value.columns]
    teacher, student = (frame.set_index("Study") for frame in frames)
    study, slides = EN[f"names.study.{PAPER}"], EN["names.study.published"]
    assert list(teacher.loc[[slides, study, "Showcase"], "Network"]) == ["resnet50"] + ["efficientnet_lite0"] * 2
    assert list(student.loc[[slides, study, "Showcase"], "Epochs"]) == ["24", "24", "12"]
    assert list(student.loc[[slides, study, "Showcase"], "Temperature"]) == ["10", "10", "4"]
    assert list(student.loc[[slides, study], "Input, px"]) == ["256", "64"]
    # The same everywhere, and so not told.
    assert "Alpha" not in student.columns
    assert "Network" not in student.columns


def test_the_fault_is_a_paired_difference_with_and_without_leaks(one: Path, open_page: OpenPage) -> None:
    for part, leaks in (("whole", True), ("leak_free", False)):
        app = open_page("reproduced", view="faults", claims_part=part)
        pairs = [
            ("student3-distilled", "student3-softened-twice"),
            ("student3-distilled", "student3-scratch"),
            ("student3-softened-twice", "student3-scratch"),
        ]
        drawn = traces(app, FAULT)
        assert len(drawn) == len(pairs)
        for trace, (first, second) in zip(drawn, pairs, strict=True):
            found = gap(one, (PAPER, first), (PAPER, second), leaks=leaks)
            assert bounds(trace) == pytest.approx([100 * found.low, 100 * found.difference, 100 * found.high])
            sign = "+" if found.difference > 0 else ""
            assert f"{sign}{number(found.difference)} pp {interval(found)}" in said(app)
        assert "McNemar p < 0.001" in said(app)
    assert EN["reproduced.no_leaks"].partition(":")[0] in said(app)


def test_the_leaks_are_a_paired_difference_of_two_studies(both: Path, open_page: OpenPage) -> None:
    app = open_page("reproduced", view="faults", claims_part="leak_free")
    drawn = {trace["name"]: trace for trace in traces(app, LEAKS)}
    runs = {
        "Teacher": "teacher",
        "Student 3 without a teacher": "student3-scratch",
        "Student 3 distilled": "student3-distilled",
        "Student 3 softened twice · distilled": "student3-softened-twice",
    }
    assert sorted(drawn) == sorted(runs)
    for name, run in runs.items():
        for leaks in (True, False):
            found = gap(both, (PAPER, run), (LEAKFREE, run), leaks=leaks)
            assert f"{number(found.difference)} pp {interval(found)}" in said(app)
        assert bounds(drawn[name]) == pytest.approx([100 * found.low, 100 * found.difference, 100 * found.high])
    # The study without leaks has one part, and tells it once.
    assert said(app).count("(leak-free, n = 128") == 3 + 4


@pytest.mark.usefixtures("artifacts")
def test_without_reproductions_the_page_says_what_trains_them(open_page: OpenPage) -> None:
    app = open_page("reproduced", lang="de")
    (notice,) = [info.value for info in app.info]
    assert "`make train STUDY=paper`" in notice
    assert "`make train STUDY=paper-leakfree`" in notice
    assert {trace["name"] for trace in traces(app, CHART)} == {
        "Lehrer (Vorzeigestudie)", "Schüler 3 destilliert (Vorzeigestudie)",
    }  # fmt: skip
    assert "Schüler 1, Schüler 2" in words(app)
    faults = open_page("reproduced", view="faults", lang="de")
    assert len(faults.info) == 3
    assert not faults.get("plotly_chart")


def test_a_study_that_is_being_trained_shows_what_is_finished(one: Path, open_page: OpenPage) -> None:
    remove_runs(one / PAPER, "student3-distilled", "student3-softened-twice")
    app = open_page("reproduced")
    assert f"Teacher ({EN[f'names.study.{PAPER}']})" in {trace["name"] for trace in traces(app, CHART)}
    (notice,) = [info.value for info in app.info]
    assert "STUDY=paper-leakfree" in notice
    assert "STUDY=paper`" not in notice
    assert EN["reproduced.no_fault"].partition(":")[0] in words(open_page("reproduced", view="faults"))


def test_a_fault_among_other_changes_is_not_compared(one: Path, open_page: OpenPage) -> None:
    folder = one / PAPER / "student3-softened-twice"
    config = ArtifactStore(one).run(PAPER, folder.name).config
    edit_record(folder, config=config | {"temperature": 4.0})
    app = open_page("reproduced", view="faults")
    assert not app.get("plotly_chart")
    assert EN["reproduced.no_fault"].partition(":")[0] in words(app)


@pytest.mark.usefixtures("artifacts")
def test_the_contradictions_of_the_slides_have_a_view_of_their_own(open_page: OpenPage) -> None:
    app = open_page("reproduced", view="slides")
    assert [head.value for head in app.header] == [EN["contradictions.title"]]
    assert "Split" not in [control.label for control in app.get("button_group")]
    assert EN["contradictions.savings-disk.title"] in words(app)
    assert EN["contradictions.title"] not in words(open_page("reproduced"))
    assert EN["contradictions.title"] not in words(open_page("comparison"))


def test_without_the_slides_there_are_no_claims(no_artifacts: Path, open_page: OpenPage) -> None:
    assert [info.value for info in open_page("reproduced").info] == [EN["reproduced.no_claims"]]


def test_what_is_damaged_is_named_and_the_rest_shown(both: Path, open_page: OpenPage) -> None:
    (both / PAPER / "teacher" / "predictions.parquet").write_bytes(b"PAR1 and nothing else")
    (both / PAPER / "student3-softened-twice" / "run.json").write_text("{")
    (both / LEAKFREE / "data.parquet").write_bytes(b"")
    (both / "published" / "student2" / "run.json").write_text("[")
    app = open_page("reproduced")
    assert not app.exception
    for broken in ("paper/teacher/predictions.parquet", "paper/student3-softened-twice/run.json", "student2/run.json"):
        assert words(app).count(broken) == 1
    assert f"Student 3 distilled ({EN[f'names.study.{PAPER}']})" in {trace["name"] for trace in traces(app, CHART)}
    faults = open_page("reproduced", view="faults")
    assert not faults.exception
    assert "Student 3 distilled" in {trace["name"] for trace in traces(faults, LEAKS)}
