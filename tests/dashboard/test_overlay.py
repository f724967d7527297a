"""The overlay by its pixels: where the colour lies, how strong it is, and that nothing is smoothed."""

import numpy as np
import pytest
from PIL import Image

from dashboard.charts.overlay import AGAINST, DARKEST, FOR, LIGHTEST, MOST, SIDE, draw_overlay, draw_scale


def photo(size: tuple[int, int] = (128, 128), grey: int = 255) -> Image.Image:
    return Image.new("RGB", size, (grey, grey, grey))


def middles(image: Image.Image, rows: int, columns: int) -> np.ndarray:
    """The pixel in the middle of each place: int [rows, columns, 3]."""
    pixels = np.asarray(image).astype(int)
    ys = [int((i + 0.5) * image.height / rows) for i in range(rows)]
    xs = [int((i + 0.5) * image.width / columns) for i in range(columns)]
    return pixels[np.ix_(ys, xs)]


def mixed(colour: tuple[int, int, int], strength: float, grey: float = LIGHTEST) -> np.ndarray:
    return np.round(grey * (1 - MOST * strength) + np.array(colour) * MOST * strength)


def test_each_place_has_the_colour_of_its_value():
    grid = np.array([[2.0, 0.0, -2.0], [1.0, -0.5, 4.0]])
    found = middles(draw_overlay(photo(), grid, 2.0), 2, 3)
    np.testing.assert_allclose(found[0, 0], mixed(FOR, 1), atol=1)
    np.testing.assert_allclose(found[0, 1], [LIGHTEST] * 3, atol=1)
    np.testing.assert_allclose(found[0, 2], mixed(AGAINST, 1), atol=1)
    np.testing.assert_allclose(found[1, 0], mixed(FOR, 0.5), atol=1)
    np.testing.assert_allclose(found[1, 1], mixed(AGAINST, 0.25), atol=1)
    # Beyond the limit there is no more colour than at it.
    np.testing.assert_allclose(found[1, 2], mixed(FOR, 1), atol=1)


def test_a_place_is_one_flat_rectangle():
    image = np.asarray(draw_overlay(photo(), np.array([[1.0, -1.0], [0.0, 0.5]]), 1.0))
    half = SIDE // 2
    # Two pixels away from the lines between the places everything is the same.
    for rows in (slice(0, half - 2), slice(half + 2, SIDE)):
        for columns in (slice(0, half - 2), slice(half + 2, SIDE)):
            place = image[rows, columns].reshape(-1, 3)
            assert np.ptp(place, axis=0).tolist() == [0, 0, 0]
    # The line itself is lighter than what it lies on, and one pixel wide.
    assert image[10, half].sum() > image[10, half + 1].sum()


def test_the_photo_keeps_its_proportions_and_its_light_below():
    wide = draw_overlay(photo((200, 100)), np.zeros((4, 4)), 1.0)
    assert wide.size == (SIDE, SIDE // 2)
    dark, light = (middles(draw_overlay(photo(grey=g), np.zeros((1, 1)), 1.0), 1, 1)[0, 0, 0] for g in (0, 255))
    assert (dark, light) == (DARKEST, LIGHTEST)
    assert draw_overlay(photo((1, 400)), np.ones((4, 4)), 1.0).size == (1, SIDE)


def test_a_rest_that_no_place_sees_stays_bare():
    image = draw_overlay(photo(), np.ones((4, 4)), 1.0, covered=(0.875, 0.75))
    pixels = np.asarray(image).astype(int)
    bottom, right = round(SIDE * 0.875), round(SIDE * 0.75)
    np.testing.assert_allclose(pixels[bottom - 1, right - 1], mixed(FOR, 1), atol=1)
    assert (pixels[bottom:] == LIGHTEST).all()
    assert (pixels[:, right:] == LIGHTEST).all()


@pytest.mark.parametrize("shape", [(4, 4), (7, 7), (3, 5)])
def test_rows_and_columns_are_not_swapped(shape):
    grid = np.zeros(shape)
    grid[0, -1] = 1.0
    coloured = np.ptp(middles(draw_overlay(photo(), grid, 1.0), *shape), axis=2) > 20
    assert np.argwhere(coloured).tolist() == [[0, shape[1] - 1]]


def test_the_scale_goes_from_against_to_for():
    scale = np.asarray(draw_scale(101, 8)).astype(int)
    assert scale.shape == (8, 101, 3)
    np.testing.assert_allclose(scale[4, 0], mixed(AGAINST, 1, 128), atol=1)
    np.testing.assert_allclose(scale[4, 50], [128] * 3, atol=1)
    np.testing.assert_allclose(scale[4, 100], mixed(FOR, 1, 128), atol=1)
