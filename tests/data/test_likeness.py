"""Laying one picture over another finds the scale and shift between them, whatever the light."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, map_coordinates

from kd_core.data.likeness import likeness, overlay

SIDE = 64


def scene(seed: int) -> np.ndarray:
    """Grey levels 0..255 with structure at several scales: float64 [SIDE, SIDE]."""
    random = np.random.default_rng(seed)
    layers = sum(gaussian_filter(random.standard_normal((SIDE, SIDE)), sigma) * sigma for sigma in (1.5, 4, 10))
    return 128 + 50 * layers / layers.std()


def moved(picture: np.ndarray, params) -> np.ndarray:
    """Return the picture such that (x, y) of ``picture`` is at (sx x + tx, sy y + ty): by SciPy's cubic spline."""
    sx, tx, sy, ty = params
    place = np.linspace(-1 + 1 / SIDE, 1 - 1 / SIDE, SIDE)
    columns, rows = (((place - t) / s + 1) * SIDE / 2 - 0.5 for s, t in ((sx, tx), (sy, ty)))
    return map_coordinates(picture, np.meshgrid(rows, columns, indexing="ij"), order=3, mode="nearest")


@pytest.mark.parametrize("params", [(1, 0, 1, 0), (1.1, 0.05, 1.05, -0.04), (0.92, -0.06, 1.0, 0.08)])
def test_the_overlay_is_the_movement_that_was_made(params):
    found = overlay(scene(1)[None], 0.6 * moved(scene(1), params)[None] + 20)
    np.testing.assert_allclose(found[0], params, atol=0.01)


def test_likeness_is_high_for_the_moved_picture_and_low_for_another():
    first = np.stack([scene(1), scene(1)])
    second = np.stack([0.7 * moved(scene(1), (1.06, 0.03, 1.06, -0.03)) + 10, scene(2)])
    same, other = likeness(first, second)
    assert same > 0.9
    assert other < 0.5


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6), gain=st.floats(0.5, 1.3), light=st.floats(-20, 40))
def test_a_picture_is_like_itself_in_any_light(seed, gain, light):
    picture = scene(seed)
    assert likeness(picture[None], gain * picture[None] + light)[0] > 0.95


def test_a_flat_picture_is_like_nothing():
    flat = np.full((1, SIDE, SIDE), 90.0)
    assert likeness(flat, flat)[0] == 0
    assert abs(likeness(flat, scene(3)[None])[0]) < 0.1


def test_two_pictures_in_one_frame_are_not_alike():
    first, second = (scene(seed) for seed in (4, 5))
    for picture in (first, second):
        picture[:12], picture[-12:], picture[:, :12], picture[:, -12:] = 255, 0, 255, 0
    assert likeness(first[None], second[None])[0] < 0.5
