"""Views are functions of (seed, picture, view), and the plain view is the loader's own pixels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kd_core.data.augment import Augmentation, View, render, views_of
from kd_core.data.load import squash

STRONG = Augmentation(views=8, seed=3, flip=True, area=0.3, aspect=1.5, colour=0.4)
PIXELS = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
PICTURE = Image.fromarray(PIXELS)


def view_of(augmentation: Augmentation, picture: int, view: int) -> View:
    return views_of(augmentation, np.array([picture]), view)[0]


@given(st.integers(0, 10**6), st.integers(0, 999), st.integers(0, 2**31))
def test_a_view_lies_within_the_picture_and_within_its_limits(picture, view, seed):
    drawn = view_of(STRONG.model_copy(update={"seed": seed}), picture, view)
    left, top, right, bottom = drawn.box
    assert 0 <= left < right <= 1 + 1e-9
    assert 0 <= top < bottom <= 1 + 1e-9
    # Where the crop would be wider than the picture, it is cut: never below the smallest area over the widest aspect.
    assert (right - left) * (bottom - top) >= 0.3 / 1.5 - 1e-9
    for factor in (drawn.brightness, drawn.contrast, drawn.saturation):
        assert 0.6 <= factor <= 1.4
    assert drawn == view_of(STRONG.model_copy(update={"seed": seed}), picture, view)


def test_a_view_is_the_same_in_whatever_company():
    pictures = np.random.default_rng(1).integers(0, 30_000, 50)
    for number, drawn in zip(pictures.tolist(), views_of(STRONG, pictures, 3), strict=True):
        alone = view_of(STRONG, number, 3)
        assert drawn.flip == alone.flip
        assert drawn.box == pytest.approx(alone.box, abs=1e-12)
        assert (drawn.brightness, drawn.contrast, drawn.saturation) == pytest.approx(
            (alone.brightness, alone.contrast, alone.saturation), abs=1e-12
        )


def test_views_are_those_that_the_shipped_runs_were_shown():
    drawn = view_of(Augmentation(views=12, seed=1, flip=True, area=0.5, aspect=1.25, colour=0.2), 4711, 5)
    assert drawn.box == pytest.approx((0.062771937845, 0.028848034709, 0.998741251246, 0.849426815771), abs=1e-11)


def test_views_pictures_and_seeds_differ():
    views = {view_of(STRONG, picture, view).box for picture in range(20) for view in range(8)}
    assert len(views) == 160
    assert view_of(STRONG, 0, 0) != view_of(STRONG.model_copy(update={"seed": 4}), 0, 0)
    flips = [view_of(STRONG, picture, 0).flip for picture in range(400)]
    assert 160 < sum(flips) < 240


def test_no_augmentation_changes_nothing():
    drawn = view_of(Augmentation(), 7, 0)
    assert drawn == View()
    np.testing.assert_array_equal(render(PICTURE, drawn, 32, 24), squash(PICTURE, 32, 24))


def test_flip_and_crop():
    np.testing.assert_array_equal(render(PICTURE, View(flip=True), 40, 60), PIXELS[:, ::-1])
    np.testing.assert_array_equal(render(PICTURE, View(box=(0.5, 0, 1, 0.5)), 20, 30), PIXELS[:20, 30:])


def test_colour_changes_are_what_they_say():
    brighter = render(PICTURE, View(brightness=1.2), 40, 60).astype(int)
    np.testing.assert_allclose(brighter, np.minimum(PIXELS * 1.2, 255), atol=0.51)
    contrast = render(PICTURE, View(contrast=0.5), 40, 60).astype(int)
    np.testing.assert_allclose(contrast, PIXELS * 0.5 + 64, atol=0.51)
    grey = render(PICTURE, View(saturation=0.0), 40, 60).astype(int)
    luma = PIXELS @ np.array([0.299, 0.587, 0.114])
    np.testing.assert_allclose(grey, np.repeat(luma[..., None], 3, axis=2), atol=0.51)


@settings(deadline=None)
@given(st.integers(16, 64), st.integers(16, 64))
def test_teacher_and_student_see_the_same_view_at_their_own_sizes(height, width):
    drawn = view_of(STRONG, 5, 2)
    small, large = render(PICTURE, drawn, height, width), render(PICTURE, drawn, 128, 128)
    assert small.shape == (height, width, 3)
    means = small.reshape(-1, 3).mean(axis=0) - large.reshape(-1, 3).mean(axis=0)
    assert np.abs(means).max() < 12


@pytest.mark.parametrize("key", ["views", "area", "colour", "aspect"])
def test_impossible_settings_are_refused(key):
    with pytest.raises(ValueError, match=key):
        Augmentation(**{key: {"views": 0, "area": 0.0, "colour": 1.0, "aspect": 0.5}[key]})
