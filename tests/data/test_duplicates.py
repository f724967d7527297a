"""Copies are found however they were changed, and different pictures of one class are not taken for copies."""

from itertools import combinations

import numpy as np
import pytest

from kd_core.data import duplicates
from kd_core.data.duplicates import Thumbnails, groups_of, near_copies, thumbnail
from tests.data.copies import KINDS, cropped, drawn, jpeg


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    return drawn(tmp_path_factory.mktemp("pictures"), per_class=12)


def pairs_of(pictures) -> set[tuple[int, int]]:
    found = near_copies(Thumbnails.of([thumbnail(image) for image in pictures]))
    return {(int(first), int(second)) for first, second in found}


@pytest.mark.parametrize("kind", KINDS)
def test_nearly_all_planted_copies_are_found(kind, pictures):
    random = np.random.default_rng(3)
    count = len(pictures)
    found = pairs_of(pictures + [KINDS[kind](image, random) for image in pictures])
    assert sum((number, number + count) in found for number in range(count)) >= 0.98 * count


def test_different_pictures_of_one_class_are_hardly_ever_copies(pictures):
    # The hardest case: flat drawings of one shape, which differ in place, size, turn and colours alone.
    possible = len(pictures) // 12 * len(list(combinations(range(12), 2)))
    assert len(pairs_of(pictures)) <= 0.005 * possible


def test_pictures_that_share_a_frame_or_a_bar_are_no_copies(pictures):
    framed = []
    for image in pictures[::12]:
        canvas = image.resize((128, 128))
        canvas.paste("black", (0, 112, 128, 128))
        for box in ((0, 0, 128, 10), (0, 0, 10, 112), (118, 0, 128, 112)):
            canvas.paste("white", box)
        framed.append(canvas)
    assert pairs_of(framed) == set()


def test_a_copy_of_a_copy_is_in_the_group_and_equal_files_need_no_look(pictures):
    random = np.random.default_rng(0)
    first = pictures[0]
    second = jpeg(cropped(first, random, 0.1), 80)
    third = jpeg(cropped(second, random, 0.1), 60)
    shown = [pictures[40], first, pictures[90], third, second, pictures[90]]
    thumbnails = Thumbnails.of([thumbnail(image) for image in shown])
    names = ["a", "b", "same", "c", "d", "same"]
    assert groups_of(thumbnails, names).tolist() == [0, 1, 2, 1, 1, 2]
    assert groups_of(None, names).tolist() == [0, 1, 2, 3, 4, 2]


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one_picture_have_no_copies(count, pictures):
    assert near_copies(Thumbnails.of([thumbnail(image) for image in pictures[:count]])).shape == (0, 2)


def test_many_pictures_alike_are_compared_with_their_neighbours_only(pictures, monkeypatch):
    monkeypatch.setattr(duplicates, "_NEIGHBOURS", 3)
    # 60 shades of one picture have 1,770 pairs; they are one group all the same.
    shades = [pictures[0].point(lambda value, by=number: value * (0.7 + 0.005 * by)) for number in range(60)]
    thumbnails = Thumbnails.of([thumbnail(image) for image in shades])
    # Each looks four times, for three neighbours: with and without a margin, mirrored or not.
    assert 59 <= len(near_copies(thumbnails)) <= 60 * 3 * 4
    assert set(groups_of(thumbnails, [str(number) for number in range(60)])) == {0}


def test_flat_pictures_of_other_shades_are_no_copies():
    flat = [np.full((64, 64), shade, np.uint8) for shade in (0, 100, 255)]
    thumbnails = Thumbnails(np.stack(flat), np.zeros((3, 8, 8, 2), np.int8))
    assert near_copies(thumbnails).shape == (0, 2)
