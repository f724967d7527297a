from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from tests.dashboard.kin import copy_run
from tests.dashboard.reading import notes, plain, table, traces, words

OpenPage = Callable[..., AppTest]
PAGE = "training_curves"


def test_curves_are_the_recorded_histories(artifacts: Path, open_page: OpenPage) -> None:
    app = open_page(PAGE, runs="teacher,student3_distilled")
    history = ArtifactStore(artifacts).history("showcase", "student3_distilled")
    drawn = [trace for trace in traces(app, PAGE) if trace["name"] == "Student 3 distilled"]
    assert [trace["y"] for trace in drawn] == [history["val_accuracy"].tolist(), history["accuracy"].tolist()]
    assert drawn[0]["x"] == history["epoch"].tolist()
    stars = [trace for trace in traces(app, PAGE) if trace["name"] == catalogue("en")["training_curves.kept_mark"]]
    assert [star["x"] for star in stars] == [[9], [9]]
    assert table(app, "Epoch kept")["Epoch kept"].tolist() == [9, 9]
    assert "Training n = 300 pictures; validation n = 120 pictures, those without a copy in training." in words(app)


def test_a_training_that_goes_on_is_drawn_from_the_epoch_it_goes_on_from(artifacts: Path, open_page: OpenPage) -> None:
    study = artifacts / "showcase"
    begun = {"larger": "distilled", "other": "distilled", "largest": "larger"}
    for run, start in ((f"student3_{run}", f"student3_{start}") for run, start in begun.items()):
        config = ArtifactStore(artifacts).run("showcase", "student3_distilled").config | {"start": start}
        copy_run(study / "student3_distilled", study / run, config=config)
    history = ArtifactStore(artifacts).history("showcase", "student3_distilled")
    app = open_page(PAGE, runs="student3_distilled,student3_largest")
    x = {trace["name"]: trace["x"] for trace in traces(app, PAGE) if trace["name"].startswith("Student")}
    # Epoch 9 of either was kept.
    assert x["Student 3 largest · distilled"] == (18 + history["epoch"]).tolist()
    assert x["Student 3 distilled"] == history["epoch"].tolist()
    assert "goes on from Student 3 larger · distilled after its epoch 18 and is drawn behind it" in words(app)
    # Two of the three begin at the same place, and are taken up again at the same place later: one label each.
    three = open_page(PAGE, runs="student3_larger,student3_largest,student3_other")
    assert notes(three, PAGE) == ["epochs main"] * 2 + ["epochs resumed"] * 2
    assert table(app, "Epoch kept")["Epoch kept"].tolist() == [9, 27]
    by_time = open_page(PAGE, runs="student3_largest", axis="seconds")
    first = next(trace["x"][0] for trace in traces(by_time, PAGE) if trace["name"].startswith("Student"))
    assert first == pytest.approx(2 * history["seconds"][:9].sum() + history["seconds"][0])


def test_a_start_that_is_gone_or_goes_in_a_circle_changes_nothing(artifacts: Path, open_page: OpenPage) -> None:
    study = artifacts / "showcase"
    config = ArtifactStore(artifacts).run("showcase", "student3_distilled").config
    copy_run(study / "student3_distilled", study / "student3_lost", config=config | {"start": "away"})
    copy_run(study / "student3_distilled", study / "student3_circle", config=config | {"start": "student3_circle"})
    app = open_page(PAGE, runs="student3_lost,student3_circle")
    first = {trace["name"]: trace["x"][0] for trace in traces(app, PAGE) if trace["name"].startswith("Student")}
    assert first == {"Student 3 lost · distilled": 1, "Student 3 circle · distilled": 1}


@pytest.mark.parametrize("lang", ["en", "de"])
def test_smoothing_is_off_until_asked_for_and_leaves_what_was_recorded(
    lang: str, artifacts: Path, open_page: OpenPage
) -> None:
    history = ArtifactStore(artifacts).history("showcase", "teacher")
    note = catalogue(lang)["training_curves.note_smoothing"].split("{")[0]
    plain = open_page(PAGE, runs="teacher", parts_accuracy="val_accuracy", lang=lang)
    assert note not in words(plain)
    assert [t["y"] for t in traces(plain, PAGE) if t["mode"] != "markers"] == [history["val_accuracy"].tolist()]
    asked = open_page(PAGE, runs="teacher", parts_accuracy="val_accuracy", smoothing="light", lang=lang)
    assert note in words(asked)
    recorded, line = [t["y"] for t in traces(asked, PAGE) if t["mode"] != "markers"]
    assert recorded == history["val_accuracy"].tolist()
    assert line == pytest.approx(history["val_accuracy"].ewm(alpha=0.4).mean().tolist())


@pytest.mark.usefixtures("artifacts")
def test_stated_points_are_never_smoothed_and_say_where_a_training_was_taken_up_again(open_page: OpenPage) -> None:
    app = open_page(PAGE, study="published", smoothing="strong")
    assert catalogue("en")["training_curves.smoothing"] not in [c.label for c in app.segmented_control]
    assert {trace["mode"] for trace in traces(app, PAGE) if "stated" in trace["name"]} == {"markers"}
    # Student 3 was trained for ten epochs, and then on.
    assert [plain(text) for text in notes(app, PAGE)] == ["epochs 11\u201324"]


@pytest.mark.usefixtures("artifacts")
def test_time_adds_up_the_epochs(open_page: OpenPage) -> None:
    app = open_page(PAGE, runs="teacher", axis="seconds")
    (x,) = {tuple(trace["x"]) for trace in traces(app, PAGE) if trace["name"] == "Teacher"}
    assert len(x) == 12
    assert x == tuple(sorted(x))
    assert 600 < x[-1] < 650


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize("lang", ["en", "de"])
def test_unlike_losses_are_said_to_be_unlike(lang: str, open_page: OpenPage) -> None:
    warning = catalogue(lang)["training_curves.mixed_losses"].splitlines()[0]
    by_default = open_page(PAGE, metric="loss", lang=lang)
    assert warning not in words(by_default)
    app = open_page(PAGE, metric="loss", parts_loss="loss", lang=lang)
    assert warning in words(app)
    assert {"en": "0.10 · CE + 0.90 · KL, T = 4", "de": "0,10 · CE + 0,90 · KL, T = 4"}[lang] in words(app)
    alone = open_page(PAGE, metric="loss", parts_loss="loss", runs="student3_distilled", lang=lang)
    assert warning not in words(alone)


@pytest.mark.usefixtures("artifacts")
def test_published_runs_are_points_and_never_lines(open_page: OpenPage) -> None:
    app = open_page(PAGE, study="published")
    drawn = [trace for trace in traces(app, PAGE) if "stated" in trace["name"]]
    assert {trace["mode"] for trace in drawn} == {"markers"}
    # The slides state two points of student 3's training, and the end of the others'.
    assert {len(trace["x"]) for trace in drawn} == {1, 2}
    teacher = [trace for trace in drawn if trace["name"].startswith("Teacher")]
    assert [(trace["x"], trace["y"]) for trace in teacher] == [([15.0], [0.94]), ([15.0], [0.9945])]
    assert catalogue("en")["training_curves.note_stated"] in words(app)


def test_several_stated_points_stay_points(artifacts: Path, open_page: OpenPage) -> None:
    folder = artifacts / "published" / "student3"
    columns = (ArtifactStore(artifacts).history("showcase", "teacher")).columns
    stated = pd.DataFrame({"epoch": [10, 24], "val_accuracy": [0.7225, 0.769]}).reindex(columns=columns)
    stated.to_csv(folder / "history.csv", index=False)
    app = open_page(PAGE, study="published", runs="student3")
    (points,) = traces(app, PAGE)
    assert (points["mode"], points["x"], points["y"]) == ("markers", [10, 24], [0.7225, 0.769])


@pytest.mark.usefixtures("artifacts")
def test_original_points_stand_beside_on_demand(open_page: OpenPage) -> None:
    assert not any("stated" in trace["name"] for trace in traces(open_page(PAGE), PAGE))
    assert any("stated" in trace["name"] for trace in traces(open_page(PAGE, points="1"), PAGE))


def test_a_broken_history_is_named_and_the_others_shown(damaged_artifacts: Path, open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert str(damaged_artifacts / "showcase" / "student3_distilled" / "history.csv") in words(app)
    assert "Teacher" in {trace["name"] for trace in traces(app, PAGE)}


@pytest.mark.parametrize("lang", ["en", "de"])
def test_of_many_trainings_the_story_is_drawn_and_the_others_offered(
    artifacts: Path, open_page: OpenPage, lang: str
) -> None:
    study = artifacts / "showcase"
    sentence = catalogue(lang)["training_curves.more"]
    few = open_page(PAGE, lang=lang)
    trained = {trace["name"] for trace in traces(few, PAGE)}
    assert sentence.split("}")[1] not in words(few)
    for number in range(6):
        copy_run(study / "student3_scratch", study / f"student3_other-{number}")
    told = open_page(PAGE, lang=lang)
    assert sentence.format(all=9) in words(told)
    # The teacher, the student and its twin, which were all there was, without any of what came to them.
    assert {trace["name"] for trace in traces(told, PAGE)} == trained
    added = open_page(PAGE, lang=lang, runs="student3_other-4")
    assert [name for name in {trace["name"] for trace in traces(added, PAGE)} if "other" in name]


@pytest.mark.usefixtures("artifacts")
def test_of_many_teachers_without_a_student_the_last_is_drawn(artifacts: Path, open_page: OpenPage) -> None:
    source = artifacts / "showcase" / "teacher"
    for number in range(7):
        copy_run(source, artifacts / "many" / f"teacher-{number}", started=f"2026-01-{number + 1:02}T00:00:00+00:00")
    drawn = {trace["name"] for trace in traces(open_page(PAGE, study="many"), PAGE)}
    assert len([name for name in drawn if name.startswith("Teacher")]) == 1
