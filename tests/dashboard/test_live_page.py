"""Live classification with a real model through LiteRT."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.dashboard.artifacts_fixture import make_index, picture_colour, write_pictures

OpenPage = Callable[..., AppTest]


def photo(name: str, size: tuple[int, int] = (90, 60)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, picture_colour("(3)", name)).save(buffer, "PNG")
    return buffer.getvalue()


def upload(app: AppTest, content: bytes, name: str = "photo.png") -> AppTest:
    app.get("file_uploader")[0].upload(name, content, "image/png")
    return app.run()


@pytest.mark.usefixtures("shipped")
def test_an_upload_is_answered_by_teacher_and_students(open_page: OpenPage) -> None:
    app = upload(open_page("live"), photo("Panda"))
    assert app.metric[0].label == "Teacher"
    assert [m.value for m in app.metric] == ["Panda"] * 3
    assert len(app.get("plotly_chart")) == 3
    assert sum("model alone" in c.value for c in app.caption) == 3
    # The teacher's bars hold every class, best first.
    assert '"Panda"' in app.get("plotly_chart")[0].proto.spec
    assert '"Butterfly"' in app.get("plotly_chart")[0].proto.spec


@pytest.mark.usefixtures("shipped")
def test_the_language_reaches_the_classes(open_page: OpenPage) -> None:
    app = upload(open_page("live", lang="de", models="student3_int8"), photo("Cow"))
    assert [(m.label, m.value) for m in app.metric] == [("Schüler 3 int8", "Kuh")]


@pytest.mark.usefixtures("shipped")
def test_a_bad_upload_is_a_sentence(open_page: OpenPage) -> None:
    app = upload(open_page("live"), b"this is no picture", "holiday.jpg")
    assert [e.value for e in app.error] == ["holiday.jpg cannot be read as a picture. Choose a JPEG or PNG file."]
    assert not app.metric
    # And the next good one works.
    assert [m.value for m in upload(app, photo("Tiger")).metric] == ["Tiger"] * 3


@pytest.mark.usefixtures("shipped")
def test_a_snapshot_sends_its_central_square(open_page: OpenPage) -> None:
    # A Zebra in the middle of a Beetle: squashed it would be something between, its centre is a Zebra.
    wide = Image.new("RGB", (300, 100), picture_colour("(3)", "Beetle"))
    wide.paste(picture_colour("(3)", "Zebra"), (100, 0, 200, 100))
    buffer = io.BytesIO()
    wide.save(buffer, "JPEG", quality=95)
    app = open_page("live", source="camera")
    app.get("camera_input")[0].upload("snapshot.jpg", buffer.getvalue(), "image/jpeg")
    app.run()
    assert [m.value for m in app.metric] == ["Zebra"] * 3


def test_a_picture_of_the_data_set_with_its_class(
    shipped: Path, open_page: OpenPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", make_index())))
    app = open_page("live", source="sample", models="teacher")
    first = app.metric[0].value
    assert f"True class: **{first}**" in [m.value for m in app.markdown]
    app.button(key="pick.live.turn").click().run()
    assert app.query_params["live.turn"] == "1"
    assert f"True class: **{app.metric[0].value}**" in [m.value for m in app.markdown]


def test_a_damaged_model_is_a_sentence_and_the_others_answer(shipped: Path, open_page: OpenPage) -> None:
    (shipped / "showcase" / "teacher" / "model.tflite").write_bytes(b"TFL3 and nothing else")
    (shipped / "showcase" / "student3_scratch" / "model.tflite").unlink()
    app = upload(open_page("live", models="teacher,student3_scratch,student3_int8"), photo("Dog"))
    assert [(m.label, m.value) for m in app.metric] == [("Student 3 int8", "Dog")]
    sentences = "\n".join(text.value for text in app.text)
    assert "teacher/model.tflite cannot be loaded as a model" in sentences
    assert "student3_scratch/model.tflite is missing" in sentences


@pytest.mark.usefixtures("artifacts")
def test_a_study_without_models_says_so(open_page: OpenPage) -> None:
    app = open_page("live")
    assert any("ships no model" in info.value for info in app.info)
