"""Packed pictures are the decoded files, byte for byte, and are decoded once."""

import numpy as np
from PIL import Image

from kd_core.data.load import decode
from kd_core.data.pixels import FilePictures, packed
from kd_core.data.synthetic import draw


def test_packed_pictures_are_those_of_the_files(tmp_path):
    draw(tmp_path / "set", per_split={"train": 2, "val": 1, "test": 1}, size=32, seed=0)
    files = sorted((tmp_path / "set" / "train").rglob("*.png"))
    Image.new("RGB", (50, 20), "red").save(files[3])
    plain = FilePictures(tuple(files))
    sizes = np.array([decode(file).size for file in files])
    names = [str(number) for number in range(len(files))]
    pictures = packed(files, sizes, names, tmp_path / "cache")
    assert len(pictures) == len(plain) == 30
    for number in range(30):
        assert pictures[number].size == plain[number].size
        np.testing.assert_array_equal(np.asarray(pictures[number]), np.asarray(plain[number]))
    for file in files:
        file.unlink()
    again = packed(files, sizes, names, tmp_path / "cache")
    np.testing.assert_array_equal(np.asarray(again[3]), np.asarray(pictures[3]))
    assert not list((tmp_path / "cache").rglob("*.part"))
