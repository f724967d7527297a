"""The data set page, with and without photos."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kd_core.artifacts import ArtifactStore
from tests.dashboard.artifacts_fixture import make_index, write_pictures
from tests.dashboard.reading import words

OpenPage = Callable[..., AppTest]


@pytest.fixture
def photos(artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_pictures(tmp_path / "photos", make_index())
    monkeypatch.setenv("KD_DATA_DIR", str(folder))
    return folder


def query(app: AppTest, *names: str) -> list[str]:
    """Return parameters of the address; AppTest gives a list where it was opened with one, and else the text."""
    found = [app.query_params[name] for name in names]
    return [value[0] if isinstance(value, list) else value for value in found]


def samples(app: AppTest) -> list[str]:
    """Return the file names of the sample pictures; a leaked picture's caption begins with its split."""
    captions = [image.proto.imgs[0].caption for image in app.image]
    return [caption for caption in captions if not caption.startswith(("Test:", "Training:"))]


@pytest.mark.usefixtures("artifacts")
def test_counts_and_leaks(open_page: OpenPage) -> None:
    app = open_page("data_set")
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert shown["Classes"][0] == "15"
    assert shown["Training"][0] == "300"
    assert shown["Test"][0] == "150"
    # Every seventh of 150.
    assert shown["Leaked test pictures"] == ("22", "14.7\u202f% of the test split")


@pytest.mark.usefixtures("artifacts")
def test_without_photos_it_says_how_to_get_them(open_page: OpenPage) -> None:
    app = open_page("data_set")
    assert any("make data" in info.value and "KD_DATA_DIR" in info.value for info in app.info)
    assert len(app.image) == 0


@pytest.mark.usefixtures("photos")
def test_samples_of_a_class_and_others(open_page: OpenPage) -> None:
    app = open_page("data_set")
    app.selectbox(key="pick.sample.class").select("Cat").run()
    names = samples(app)
    assert len(names) == 10
    assert all(name.startswith("Cat\\-Test") for name in names)
    app.button(key="pick.sample.turn").click().run()
    assert samples(app) != names


@pytest.mark.usefixtures("photos")
def test_the_sample_lives_in_the_address(open_page: OpenPage) -> None:
    app = open_page("data_set")
    assert query(app, "sample.class", "sample.split", "sample.turn") == ["Beetle", "test", "0"]
    app.selectbox(key="pick.sample.class").select("Cat").run()
    app.button(key="pick.sample.turn").click().run()
    app.button(key="pick.sample.turn").click().run()
    assert query(app, "sample.class", "sample.split", "sample.turn") == ["Cat", "test", "2"]
    link = {name: query(app, name)[0] for name in app.query_params}
    assert samples(open_page("data_set", **link)) == samples(app)
    assert samples(open_page("data_set", **(link | {"sample.turn": "1"}))) != samples(app)


def test_leaked_pictures_stand_beside_their_copies(artifacts: Path, tmp_path: Path, monkeypatch, open_page) -> None:
    index = ArtifactStore(artifacts).index("showcase")
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", index, ("train", "test"))))
    app = open_page("data_set")
    shown = [image.proto.imgs[0].caption for image in app.image if image.proto.imgs[0].caption not in samples(app)]
    assert [caption.partition(":")[0] for caption in shown] == ["Test", "Training"] * 4
    assert "n = 22 leaked pictures" in words(app)
    app.button(key="leaks.more").click().run()
    assert shown[0] not in [image.proto.imgs[0].caption for image in app.image]


def test_a_damaged_photo_is_counted_and_left_out(photos: Path, open_page: OpenPage) -> None:
    (photos / "Testing Data" / "Beetle" / "Beetle-Test (0).jpeg").write_bytes(b"not a picture")
    app = open_page("data_set")
    assert len(samples(app)) == 9
    assert any(info.value.startswith("1 of these pictures") for info in app.info)


@pytest.mark.usefixtures("artifacts")
def test_the_published_set_is_counted_from_the_matrices(open_page: OpenPage) -> None:
    app = open_page("data_set", study="published", lang="de")
    assert any("n = 2.347" in caption.value for caption in app.caption)


@pytest.mark.usefixtures("damaged_artifacts")
def test_a_damaged_index_is_a_sentence(open_page: OpenPage) -> None:
    app = open_page("data_set")
    assert any("data.parquet cannot be read" in text.value for text in app.text)
    assert not app.metric
