"""The robustness page, measured, not measured, outdated, damaged and without photos."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kd_core.artifacts import ArtifactStore
from tests.dashboard.artifacts_fixture import make_index, write_pictures
from tests.dashboard.reading import plain, table, traces, words
from tests.dashboard.robustness_fixture import make_robustness

OpenPage = Callable[..., AppTest]
KEY = "robustness-showcase"


@pytest.fixture
def measured(artifacts: Path) -> Path:
    """The full artifacts with a measurement of three runs, one of them compressed."""
    # The fixture's runs ship without a model, and a run that ships none is not missed.
    ArtifactStore(artifacts).write_robustness(make_robustness())
    return artifacts


@pytest.fixture
def photos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_pictures(tmp_path / "photos", make_index())
    monkeypatch.setenv("KD_DATA_DIR", str(folder))
    return folder


@pytest.mark.usefixtures("measured")
def test_a_line_a_network_in_a_panel_a_corruption(open_page: OpenPage) -> None:
    app = open_page("robustness")
    drawn = traces(app, KEY)
    assert [trace["name"] for trace in drawn] == ["Teacher", "Student 3 without a teacher"] * 2
    assert drawn[0]["y"] == pytest.approx([0.9, 0.8, 0.75, 0.7, 0.65, 0.6])
    assert len({trace["line"]["color"] for trace in drawn}) == 2
    assert "error_y" not in drawn[0]
    assert "n = 200 pictures" in words(app)
    assert "data ffffffffffff" in words(app)


@pytest.mark.usefixtures("measured")
def test_intervals_runs_and_corruptions_live_in_the_address(open_page: OpenPage) -> None:
    app = open_page("robustness", runs="student3_int8", corruptions="blur", intervals="1")
    (drawn,) = traces(app, KEY)
    assert drawn["name"] == "Student 3 int8"
    # Wilson for 160 of 200: 0.7391 to 0.8496.
    assert drawn["error_y"]["array"][0] == pytest.approx(0.0496, abs=1e-4)
    assert drawn["error_y"]["arrayminus"][0] == pytest.approx(0.0609, abs=1e-4)
    app.toggle(key="pick.intervals").set_value(False).run()
    assert "error_y" not in traces(app, KEY)[0]
    assert app.query_params["intervals"] in ("0", ["0"])


@pytest.mark.usefixtures("measured")
def test_the_table_has_every_run_with_its_area(open_page: OpenPage) -> None:
    frame = table(open_page("robustness", runs="teacher"), "Relative area").set_index("Run")
    assert list(frame.index) == ["Teacher", "Student 3 without a teacher", "Student 3 int8"]
    assert frame.loc[
        "Student 3 without a teacher", ["Clean", "Corrupted", "Area", "Relative area", "From", "To"]
    ].tolist() == (pytest.approx([0.8, 0.45, 0.505, 0.687, 0.64, 0.72]))
    german = open_page("robustness", lang="de")
    assert "Relative Fläche" in table(german, "mCE").columns
    assert "ohne Bilder mit Kopie im Training · n = 200 Bilder" in words(german)
    assert [trace["name"] for trace in traces(german, KEY)][:2] == ["Lehrer", "Schüler 3 ohne Lehrer"]


@pytest.mark.usefixtures("artifacts")
@pytest.mark.parametrize(
    ("lang", "said"), [("en", "has not been measured"), ("de", "noch nicht auf gestörten Bildern")]
)
def test_without_a_measurement_it_names_the_command(lang: str, said: str, open_page: OpenPage) -> None:
    app = open_page("robustness", lang=lang)
    assert said in words(app)
    assert "`python -m kd_core robustness showcase`" in words(app)
    assert not app.get("plotly_chart")


@pytest.mark.usefixtures("measured")
def test_the_published_study_has_none(open_page: OpenPage) -> None:
    app = open_page("robustness", study="published")
    assert "`python -m kd_core robustness published`" not in words(app)
    assert "only states figures and ships no model" in words(app)
    assert "What the networks get to see" not in words(app)


def test_a_run_with_another_model_is_said_and_not_shown(measured: Path, open_page: OpenPage) -> None:
    file = measured / "showcase" / "student3_scratch" / "run.json"
    raw = json.loads(file.read_text())
    raw["model"]["sha256"] = "1" * 64
    file.write_text(json.dumps(raw))
    app = open_page("robustness")
    assert "a model that the run no longer holds, and therefore not shown: Student 3 without a teacher." in words(app)
    assert {trace["name"] for trace in traces(app, KEY)} == {"Teacher"}
    assert list(table(app, "mCE")["Run"]) == ["Teacher", "Student 3 int8"]


def test_a_run_that_ships_a_model_and_was_not_measured_is_said(measured: Path, open_page: OpenPage) -> None:
    file = measured / "showcase" / "student3_qat" / "run.json"
    raw = json.loads(file.read_text())
    raw["model"]["file"] = "model.tflite"
    file.write_text(json.dumps(raw))
    assert "Not measured yet: Student 3 QAT." in words(open_page("robustness"))


def test_when_the_teacher_changed_nothing_is_relative_to_it(measured: Path, open_page: OpenPage) -> None:
    file = measured / "showcase" / "teacher" / "run.json"
    raw = json.loads(file.read_text())
    raw["model"]["sha256"] = "1" * 64
    file.write_text(json.dumps(raw))
    app = open_page("robustness")
    frame = table(app, "Area")
    assert "Relative area" not in frame.columns
    assert "Relative area:" not in words(app)
    assert list(frame["Run"]) == ["Student 3 without a teacher", "Student 3 int8"]
    assert "not shown: Teacher." in words(app)


def test_a_quick_look_and_foreign_files_are_said(artifacts: Path, open_page: OpenPage) -> None:
    ArtifactStore(artifacts).write_robustness(make_robustness(per_class=5, foreign=1234, unreadable=2))
    said = words(open_page("robustness"))
    assert "A quick look only: n = 200 pictures, at most 5 of each class." in said
    assert "1,234 of these files are not those of the study's index" in said
    assert "2 pictures were left out" in said


def test_the_teacher_of_another_study_is_always_beside(artifacts: Path, open_page: OpenPage) -> None:
    found = make_robustness()
    runs = {f"paper/{name}" if name == "teacher" else name: run for name, run in found.runs.items()}
    ArtifactStore(artifacts).write_robustness(make_robustness(reference="paper/teacher", runs=runs))
    app = open_page("robustness", runs="student3_int8")
    assert [trace["name"] for trace in traces(app, KEY)] == [
        "Teacher (Original recipe, reproduced)",
        "Student 3 int8",
    ] * 2


def test_damage_is_a_sentence_and_the_pictures_are_still_shown(
    measured: Path, photos: Path, open_page: OpenPage
) -> None:
    (measured / "showcase" / "robustness.json").write_text('{"schema_version": 1')
    app = open_page("robustness")
    assert "robustness.json cannot be read" in words(app)
    assert not app.exception
    assert len(app.image) == 6


@pytest.mark.usefixtures("measured", "photos")
def test_a_picture_at_every_severity_of_the_chosen_corruption(open_page: OpenPage) -> None:
    app = open_page("robustness", corruption="brightness")
    captions = [plain(image.proto.imgs[0].caption) for image in app.image]
    assert captions[:3] == ["0: as it is", "1: 10 % brighter", "2: 20 % brighter"]
    before, pictures = words(app), [image.proto.imgs[0].url for image in app.image]
    app.button(key="pick.robustness.turn").click().run()
    other = words(app)
    assert other != before
    assert app.query_params["robustness.turn"] in ("1", ["1"])
    assert words(open_page("robustness", **{"corruption": "brightness", "robustness.turn": "1"})) == other
    lost = open_page("robustness", **{"corruption": "brightness", "robustness.turn": "next"})
    assert "The address asks for robustness.turn = next" in words(lost)
    assert [image.proto.imgs[0].url for image in lost.image] == pictures
    german = open_page("robustness", corruption="rotation", lang="de")
    assert plain(german.image[3].proto.imgs[0].caption) == "3: um 20° gekippt"


@pytest.mark.usefixtures("measured")
def test_without_photos_it_says_how_to_get_them(open_page: OpenPage) -> None:
    app = open_page("robustness")
    assert any("make data" in info.value for info in app.info)
    assert not app.image


def test_unreadable_photos_are_a_sentence(measured: Path, photos: Path, open_page: OpenPage) -> None:
    for file in photos.rglob("*.jpeg"):
        file.write_bytes(b"not a picture")
    app = open_page("robustness")
    assert any(info.value.startswith("No test picture can be read") for info in app.info)
    assert not app.image
