"""The fidelity page: its figures against the files, its twin, a teacher from elsewhere, and what is missing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binomtest, entropy
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore, Predictions
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.metrics import leak_free
from tests.dashboard.artifacts_fixture import CLASSES
from tests.dashboard.kin import answer, copy_run, edit_record
from tests.dashboard.reading import behind, plain, table, traces, words

OpenPage = Callable[..., AppTest]
STUDENT = "student3_distilled"
N, CLEAN = 150, 128


def _answers(artifacts: Path, run: str, *, clean: bool = True) -> Predictions:
    store = ArtifactStore(artifacts)
    found = store.predictions("showcase", run).of("test")
    return found.where(leak_free(found, store.index("showcase"))) if clean else found


def _agrees(artifacts: Path, run: str, *, clean: bool = True) -> np.ndarray:
    one, other = (_answers(artifacts, name, clean=clean) for name in (run, "teacher"))
    return one.logits.argmax(axis=1) == other.logits.argmax(axis=1)


def _teacher_right(artifacts: Path, *, clean: bool = True) -> np.ndarray:
    found = _answers(artifacts, "teacher", clean=clean)
    return found.logits.argmax(axis=1) == found.label


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: plain(metric.value) for metric in app.metric}


@pytest.mark.parametrize("clean", [True, False])
def test_the_headline_is_what_the_files_hold(clean: bool, artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("fidelity", part="leak_free" if clean else "whole")
    agrees, right = _agrees(artifacts, STUDENT, clean=clean), _teacher_right(artifacts, clean=clean)
    student, teacher = (softmax(_answers(artifacts, run, clean=clean).logits) for run in (STUDENT, "teacher"))
    assert metrics(app) == {
        "Same answer": _percent(agrees.mean()),
        "Right answers kept": _percent(agrees[right].mean()),
        "Mistakes copied": _percent(agrees[~right].mean()),
        "Divergence (KL)": f"{entropy(teacher, student, axis=1).mean():.3f} nats",
    }
    low, high = binomtest(int(agrees.sum()), CLEAN if clean else N).proportion_ci(method="wilson")
    assert f"{agrees.sum()} of {agrees.size}, 95 % interval {_percent(low)} to {_percent(high)}" in plain(words(app))
    assert agrees.size == (CLEAN if clean else N)


def test_the_twin_stands_beside_it_with_interval_and_test(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("fidelity")
    shown = table(app, "Difference").set_index("Figure")
    own, twin = _agrees(artifacts, STUDENT), _agrees(artifacts, "student3_scratch")
    assert plain(shown.loc["Same answer", "Student 3 without a teacher"]) == _percent(twin.mean())
    assert plain(shown.loc["Same answer", "Difference"]).startswith(f"{(own.mean() - twin.mean()) * 100:+.1f}"[:4])
    alone, other = int((own & ~twin).sum()), int((twin & ~own).sum())
    assert shown.loc["Same answer", "p"] == pytest.approx(binomtest(alone, alone + other).pvalue)
    right = _teacher_right(artifacts)
    assert shown["n"].tolist() == [CLEAN, right.sum(), CLEAN - right.sum(), CLEAN]
    assert all(" to " in interval for interval in shown["95 % interval"])


def test_a_student_that_copies_is_said_to_and_one_that_does_not_is_open(artifacts: Path, open_page: OpenPage) -> None:
    study = artifacts / "showcase"
    assert catalogue("en")["fidelity.copied_open"].split("**")[1] in words(open_page("fidelity", part="whole"))
    # The teacher and its pupil take every cat for a dog; the twin knows cats.
    for run, predicted in (("teacher", "Dog"), (STUDENT, "Dog"), ("student3_scratch", "Cat")):
        answer(study / run, "Cat", predicted)
    app = open_page("fidelity", part="whole")
    assert catalogue("en")["fidelity.copied_more"].split("**")[1] in words(app)
    assert catalogue("en")["fidelity.verdict_more"].split("**")[1] in words(app)


def test_classes_stand_with_wilson_intervals_lowest_agreement_first(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("fidelity")
    drawn, twin = traces(app, "faithful.agreement_by_class")
    agrees, label = _agrees(artifacts, STUDENT), _answers(artifacts, STUDENT).label
    shares = {name: agrees[label == i].mean() for i, name in enumerate(CLASSES)}
    assert drawn["x"] == pytest.approx(sorted(shares.values()))
    assert (drawn["name"], twin["name"]) == ("Student 3 distilled", "Student 3 without a teacher")
    # Hollow is who never saw the teacher.
    assert not drawn["marker"]["symbol"].endswith("-open")
    assert twin["marker"]["symbol"].endswith("-open")
    lowest = min(shares, key=lambda name: shares[name])
    inside = agrees[label == CLASSES.index(lowest)]
    bounds = binomtest(int(inside.sum()), inside.size).proportion_ci(method="wilson")
    assert drawn["x"][0] - drawn["error_x"]["arrayminus"][0] == pytest.approx(bounds.low)
    assert drawn["x"][0] + drawn["error_x"]["array"][0] == pytest.approx(bounds.high)
    assert f"n = {inside.size}" in drawn["hovertext"][0]
    kl = traces(app, "faithful.kl_by_class")[0]
    assert all(value >= 0 for value in kl["x"])


@pytest.mark.usefixtures("artifacts")
def test_each_of_both_figures_by_class_has_its_own_numbers_behind_it(open_page: OpenPage) -> None:
    app = open_page("fidelity")
    drawn = {key: traces(app, f"faithful.{key}_by_class") for key in ("agreement", "kl")}
    shares = behind(app, "faithful.agreement_by_class")
    assert shares["agreement"].tolist() == pytest.approx([x for trace in drawn["agreement"] for x in trace["x"]])
    assert shares["run"].tolist() == [STUDENT] * len(CLASSES) + ["student3_scratch"] * len(CLASSES)
    nats = behind(open_page("fidelity"), "faithful.kl_by_class")
    assert nats["kl_nats"].tolist() == pytest.approx([x for trace in drawn["kl"] for x in trace["x"]])
    assert (nats["kl_low"] <= nats["kl_nats"]).all() and (nats["kl_nats"] <= nats["kl_high"]).all()
    assert nats["class"].tolist() == shares["class"].tolist()
    assert not set(shares.columns) & {"kl_nats", "kl_low", "kl_high"}


def test_all_students_stand_over_their_agreement(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("fidelity")
    shown = table(app, "Saw the teacher").set_index("Run")
    # The teacher is no student; whatever was made of one is.
    assert shown["Saw the teacher"].to_dict() == {
        "Student 3 without a teacher": "no",
        "Student 3 distilled": "yes",
        "Student 3 pruned": "yes",
        "Student 3 int8": "yes",
        "Student 3 pruned int8": "yes",
        "Student 3 QAT": "yes",
    }
    assert shown.loc["Student 3 int8", "Same answer"] == pytest.approx(_agrees(artifacts, "student3_int8").mean())
    marks = {trace["name"]: trace for trace in traces(app, "faithful.runs")}
    assert marks["Student 3 int8"]["x"] == [pytest.approx(_agrees(artifacts, "student3_int8").mean())]
    assert marks["Student 3 without a teacher"]["marker"]["symbol"].endswith("-open")


@pytest.mark.usefixtures("artifacts")
def test_who_never_saw_the_teacher_is_measured_all_the_same(open_page: OpenPage) -> None:
    app = open_page("fidelity", learner="student3_scratch")
    assert len(app.metric) == 4
    assert any("never saw the teacher" in info.value for info in app.info)
    assert [trace["name"] for trace in traces(app, "faithful.agreement_by_class")] == ["Student 3 without a teacher"]


@pytest.mark.usefixtures("artifacts")
def test_of_a_compressed_student_it_is_said_that_its_twin_is_not(open_page: OpenPage) -> None:
    note = catalogue("en")["fidelity.twin_uncompressed"].format(twin="Student 3 without a teacher")
    assert note in words(open_page("fidelity", learner="student3_int8"))
    assert note not in words(open_page("fidelity", learner=STUDENT))


def test_a_teacher_of_another_study_is_found_and_the_study_compared_with_it(
    artifacts: Path, open_page: OpenPage
) -> None:
    source = artifacts / "showcase" / STUDENT
    copy_run(source, artifacts / "ablation" / "hot", teacher="showcase/teacher", twin=None)
    app = open_page("fidelity", study="ablation", part="whole")
    assert metrics(app)["Same answer"] == _percent(_agrees(artifacts, STUDENT, clean=False).mean())
    assert any("no readable twin" in info.value for info in app.info)
    # Of another teacher's students the page of one teacher says nothing.
    other = copy_run(source, artifacts / "ablation" / "cold", teacher="showcase/teacher", twin=None)
    edit_record(other, teacher="elsewhere/giant")
    shown = table(open_page("fidelity", study="ablation", learner="hot"), "Saw the teacher")
    assert shown["Run"].tolist() == ["Hot · distilled"]
    lost = open_page("fidelity", study="ablation", learner="cold")
    assert any("elsewhere/giant" in info.value for info in lost.info)
    assert not lost.metric


@pytest.mark.usefixtures("artifacts")
def test_a_shared_address_opens_the_same_view_in_german(open_page: OpenPage) -> None:
    app = open_page("fidelity", lang="de", learner="student3_int8", split="val", part="whole")
    assert app.query_params["learner"] == "student3_int8"
    texts = catalogue("de")
    assert set(metrics(app)) == {texts[f"fidelity.figure_{name}"] for name in ("agreement", "right", "wrong", "kl")}
    assert "Validierung, alle" in words(app)
    assert "n = 120 Bilder" in words(app)


@pytest.mark.usefixtures("artifacts")
def test_of_the_published_study_it_is_said_that_nothing_is_known(open_page: OpenPage) -> None:
    app = open_page("fidelity", study="published")
    assert [info.value for info in app.info] == [catalogue("en")["fidelity.stated"]]
    assert not app.metric


def test_damaged_answers_of_the_teacher_are_a_sentence(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page("fidelity")
    unread = catalogue("en")["fidelity.unread"].format(student="Student 3 distilled", teacher="Teacher")
    assert unread in [info.value for info in app.info]
    assert words(app).count(str(damaged_artifacts / "showcase" / "teacher" / "predictions.parquet")) == 1
    # Without the index nobody knows what leaked.
    assert app.query_params["part"] == "whole"
