"""The index reads what people have on disk, says what it leaves out, and knows copies."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from kd_core.data.frame import DROPPED, HELD_OUT, TRAINED
from kd_core.data.index import DataError, build_index, with_use
from kd_core.data.layout import find_picture


def picture(path: Path, seed: int, size=(20, 10)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, format="PNG" if path.suffix.lower() == ".png" else "JPEG")
    return path


@pytest.fixture
def plain(tmp_path) -> Path:
    seed = 0
    for split, count in (("train", 3), ("val", 2), ("test", 2)):
        for label in ("Cat", "Zebra"):
            for number in range(count):
                seed += 1
                picture(tmp_path / split / label / f"{number}.png", seed)
    return tmp_path


@pytest.mark.parametrize("doubled", [False, True])
def test_kaggle_layout_with_blanks_brackets_and_four_endings(tmp_path, doubled):
    endings = iter([".jpg", ".jpeg", ".JPG", ".png"] * 6)
    for name in ("Training Data", "Validation Data", "Testing Data"):
        folder = tmp_path / name / name if doubled else tmp_path / name
        for label in ("Cat", "Polar Bear"):
            for number in range(2):
                picture(folder / label / f"{label}-Train ({number}){next(endings)}", number + hash(name + label) % 999)
    index = build_index(tmp_path)
    assert index.classes == ("Cat", "Polar Bear")
    assert index.frame["split"].value_counts().to_dict() == {"train": 4, "val": 4, "test": 4}
    assert index.report.empty
    first = index.frame.iloc[0]
    assert first["path"].startswith("train/Cat/Cat-Train (0).")
    assert find_picture(tmp_path, first["path"]) == index.file(first["path"])
    assert (first["width"], first["height"]) == (20, 10)


def test_what_cannot_be_read_is_reported_with_its_reason_and_left_out(plain):
    (plain / "train" / "Cat" / "empty.jpg").touch()
    (plain / "train" / "Cat" / "notes.txt").write_text("not a picture")
    (plain / "val" / "Cat" / "broken.png").write_bytes(picture(plain / "val" / "Cat" / "9.png", 99).read_bytes()[:60])
    (plain / "test" / "Cat" / "words.jpg").write_text("words")
    index = build_index(plain)
    reasons = dict(zip(index.report["path"], index.report["reason"], strict=True))
    assert set(reasons) == {"train/Cat/empty.jpg", "train/Cat/notes.txt", "val/Cat/broken.png", "test/Cat/words.jpg"}
    assert reasons["train/Cat/empty.jpg"] == "empty file"
    assert reasons["train/Cat/notes.txt"].startswith("not a picture")
    assert reasons["val/Cat/broken.png"].startswith("cannot be decoded")
    assert len(index.frame) == 15


def test_copies_share_a_group_and_leak_only_into_evaluation(plain):
    original = plain / "train" / "Cat" / "0.png"
    (plain / "test" / "Cat" / "copy.png").write_bytes(original.read_bytes())
    (plain / "train" / "Cat" / "twice.png").write_bytes((plain / "train" / "Cat" / "1.png").read_bytes())
    frame = build_index(plain).frame.set_index("path")
    assert frame.loc["test/Cat/copy.png", "group"] == frame.loc["train/Cat/0.png", "group"]
    assert frame.index[frame["leaked"]].tolist() == ["test/Cat/copy.png"]
    assert frame["group"].nunique() == len(frame) - 2
    kept, dropped = with_use(frame, drop_leaks=False)["used"], with_use(frame, drop_leaks=True)["used"]
    assert kept["train/Cat/0.png"] == TRAINED
    assert dropped["train/Cat/0.png"] == DROPPED
    assert dropped["train/Cat/twice.png"] == TRAINED
    assert dropped["test/Cat/copy.png"] == HELD_OUT


def test_the_fingerprint_is_that_of_contents_and_names_wherever_they_lie(plain, tmp_path_factory):
    import shutil

    first = build_index(plain).fingerprint
    moved = tmp_path_factory.mktemp("moved") / "data"
    shutil.copytree(plain, moved)
    assert build_index(moved).fingerprint == first
    picture(moved / "train" / "Cat" / "0.png", 12345)
    assert build_index(moved).fingerprint != first


def test_the_kept_index_is_used_until_a_file_changes(plain, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    first = build_index(plain, cache)
    again = build_index(plain, cache)
    pd.testing.assert_frame_equal(first.frame, again.frame)
    assert len(list(cache.rglob("*.json"))) == 1
    picture(plain / "train" / "Cat" / "0.png", 777, size=(33, 10))
    changed = build_index(plain, cache).frame.set_index("path")
    assert changed.loc["train/Cat/0.png", "width"] == 33


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda root: __import__("shutil").rmtree(root), "is missing or holds no train"),
        (lambda root: __import__("shutil").rmtree(root / "val"), "no folder for the split val"),
        (
            lambda root: __import__("shutil").rmtree(root / "test" / "Zebra"),
            "the class Zebra has no readable picture in the split test",
        ),
        (lambda root: [file.write_bytes(b"") for file in root.rglob("*.png")], "holds no readable picture"),
    ],
)
def test_what_cannot_be_trained_on_is_a_sentence_with_folder_and_remedy(plain, damage, says):
    damage(plain)
    with pytest.raises(DataError, match=says) as caught:
        build_index(plain)
    assert str(plain) in str(caught.value)
    assert any(word in str(caught.value) for word in ("make data", "add some"))


def test_a_path_cannot_leave_the_data_folder(plain):
    (plain / "secret.png").write_bytes((plain / "train" / "Cat" / "0.png").read_bytes())
    assert find_picture(plain, "train/../secret.png") is None
    assert find_picture(plain, "nowhere/Cat/0.png") is None
    assert find_picture(plain, "train") is None
