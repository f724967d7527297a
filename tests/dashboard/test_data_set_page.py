"""The data set page, with and without photos."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from kd_core.artifacts import ArtifactStore
from tests.dashboard.artifacts_fixture import make_index, write_pictures
from tests.dashboard.reading import behind, table, words

OpenPage = Callable[..., AppTest]


@pytest.fixture
def photos(artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_pictures(tmp_path / "photos", make_index())
    monkeypatch.setenv("KD_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def twice(artifacts: Path) -> Path:
    """The artifacts with a leak into validation, and a training picture that repeats the one before it."""
    file = artifacts / "showcase" / "data.parquet"
    index = pd.read_parquet(file).set_index("path")
    index.loc["val/Cat/Cat-Val (0).jpeg", "group"] = index.loc["train/Cat/Cat-Train (19).jpeg", "group"]
    index.loc["val/Cat/Cat-Val (0).jpeg", "leaked"] = True
    columns = ["group", "sha256"]
    index.loc["train/Dog/Dog-Train (19).jpeg", columns] = index.loc["train/Dog/Dog-Train (18).jpeg", columns]
    index.reset_index()[list(pd.read_parquet(file).columns)].to_parquet(file)
    return artifacts


def query(app: AppTest, *names: str) -> list[str]:
    """Return parameters of the address; AppTest gives a list where it was opened with one, and else the text."""
    found = [app.query_params[name] for name in names]
    return [value[0] if isinstance(value, list) else value for value in found]


def pairs(app: AppTest) -> list[str]:
    """Return the captions of pictures beside their copies, which begin with their split."""
    captions = [image.proto.imgs[0].caption for image in app.image]
    return [caption for caption in captions if ": " in caption]


def samples(app: AppTest) -> list[str]:
    """Return the file names of the sample pictures; a leaked picture's caption begins with its split."""
    captions = [image.proto.imgs[0].caption for image in app.image]
    return [caption for caption in captions if ": " not in caption]


@pytest.mark.usefixtures("artifacts")
def test_counts_and_leaks(open_page: OpenPage) -> None:
    app = open_page("data_set")
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert shown["Classes"][0] == "15"
    assert shown["Training"] == ("300", "")
    assert shown["Test"][0] == "150"
    # Every seventh of 150.
    assert shown["Leaked test pictures"] == ("22", "14.7\u202f% of the test split")


def test_the_cards_say_what_a_study_left_out(artifacts: Path, open_page: OpenPage) -> None:
    file = artifacts / "showcase" / "data.parquet"
    index = pd.read_parquet(file)
    copied = index.loc[index["leaked"].fillna(False).astype(bool), "group"]
    dropped = (index["split"] == "train") & index["group"].isin(copied)
    index.loc[dropped, "used"] = "dropped: its copy stands in validation or test"
    index.to_parquet(file)

    shown = {metric.label: (metric.value, metric.delta) for metric in open_page("data_set").metric}

    assert dropped.sum() > 0
    assert shown["Training"] == ("300", f"{300 - dropped.sum()} trained on")
    assert shown["Leaked test pictures"] == ("22", "14.7\u202f% of the test split; the runs never saw the copies")


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


@pytest.mark.usefixtures("photos")
@pytest.mark.parametrize("turn", ["-1", "two", "", "1.5", "9" * 7, "9" * 5000])
def test_a_damaged_address_shows_what_it_would_without(turn: str, open_page: OpenPage) -> None:
    plain = open_page("data_set")
    asked = {"sample.class": "Unicorn", "sample.split": "exam", "copies": "a-b"}
    asked |= dict.fromkeys(("sample.turn", "copies.turn"), turn)
    app = open_page("data_set", **asked)
    assert samples(app) == samples(plain)
    assert query(app, *asked) == ["Beetle", "test", "test-train", "0", "0"]
    assert sum(info.value.startswith("The address asks for") for info in app.info) == 5
    assert not app.error


def test_leaked_pictures_stand_beside_their_copies(artifacts: Path, tmp_path: Path, monkeypatch, open_page) -> None:
    index = ArtifactStore(artifacts).index("showcase")
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", index, ("train", "test"))))
    app = open_page("data_set")
    shown = pairs(app)
    assert [caption.partition(":")[0] for caption in shown] == ["Test", "Training"] * 4
    assert "n = 22 pictures of the split Test with a copy in the split Training" in words(app)
    app.button(key="pick.copies.turn").click().run()
    others = pairs(app)
    assert len(others) == 8 and not set(others) & set(shown)
    assert query(app, "copies", "copies.turn") == ["test-train", "1"]
    assert pairs(open_page("data_set", **{"copies.turn": "1"})) == others
    # 22 pairs, four at a time: the eleventh look is the first again.
    assert pairs(open_page("data_set", **{"copies.turn": "11"})) == shown


def test_leaks_of_validation_and_duplicates_within_a_split_are_a_choice(
    twice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_page: OpenPage
) -> None:
    index = ArtifactStore(twice).index("showcase")
    monkeypatch.setenv("KD_DATA_DIR", str(write_pictures(tmp_path / "photos", index, ("train", "val", "test"))))
    app = open_page("data_set")
    assert app.selectbox(key="pick.copies").options == [
        "Test beside Training: 22",
        "Validation beside Training: 1",
        "within Training: 1",
    ]
    app.button(key="pick.copies.turn").click().run()
    app.selectbox(key="pick.copies").select("Validation beside Training: 1").run()
    # Another choice begins with its own first pairs.
    assert query(app, "copies", "copies.turn") == ["val-train", "0"]
    assert pairs(app) == ["Validation: Cat\\-Val \\(0\\).jpeg", "Training: Cat\\-Train \\(19\\).jpeg"]
    german = open_page("data_set", copies="train-train", lang="de")
    assert pairs(german) == [f"Training: Dog\\-Train \\({number}\\).jpeg" for number in (19, 18)]
    assert "n = 1 Bilder der Teilmenge Training, die ein früheres aus ihr wiederholen" in words(german)
    assert behind(german, "showcase-copies-train-train").values.tolist() == [
        ["train/Dog/Dog-Train (19).jpeg", "train/Dog/Dog-Train (18).jpeg", "dieselbe Datei"]
    ]


def test_without_photos_the_names_of_the_pairs_are_listed(twice: Path, open_page: OpenPage) -> None:
    app = open_page("data_set")
    assert any("names of the copies are" in info.value and "KD_DATA_DIR" in info.value for info in app.info)
    listed = table(app, "Its copy")
    assert len(listed) == 22
    assert listed["Picture"].str.startswith("test/").all() and listed["Its copy"].str.startswith("train/").all()
    assert "Padded to a square" not in words(app)
    within = table(open_page("data_set", copies="val-train"), "Its copy")
    assert within.values.tolist() == [["val/Cat/Cat-Val (0).jpeg", "train/Cat/Cat-Train (19).jpeg", "altered"]]


def test_a_set_without_copies_has_no_pairs(artifacts: Path, open_page: OpenPage) -> None:
    file = artifacts / "showcase" / "data.parquet"
    index = pd.read_parquet(file)
    index.assign(group=range(len(index)), leaked=False).to_parquet(file)
    app = open_page("data_set")
    assert "Copies side by side" not in words(app)
    assert "copies" not in app.query_params


def test_photos_that_the_folder_lacks_are_named(artifacts: Path, tmp_path: Path, monkeypatch, open_page) -> None:
    (tmp_path / "photos").mkdir()
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "photos"))
    app = open_page("data_set")
    assert "The data folder does not hold these pictures. Fetch them with `make data`" in words(app)
    assert len([caption for caption in app.caption if caption.value.startswith("Test: ")]) == 4


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
