"""Corruptions: what every one does to pixels, that it grows with severity, and that it is the same every time."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kd_core.data.synthetic import draw
from kd_core.evaluation.corruptions import CORRUPTIONS, WORST, corrupt

SEVERITIES = range(WORST + 1)


@pytest.fixture(scope="module")
def shapes(tmp_path_factory) -> list[Image.Image]:
    """One generated picture of each of 15 shapes, of about the size of the shared photos."""
    folder = tmp_path_factory.mktemp("shapes")
    draw(folder, per_split={"train": 1, "val": 1, "test": 1}, size=128, seed=3)
    return [Image.open(file).convert("RGB") for file in sorted((folder / "test").rglob("*.png"))]


def distance(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, float) - np.asarray(other, float)).mean())


def random_picture(width: int, height: int, seed: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_picture_is_further_from_the_original_with_every_severity(name, shapes):
    assert len(shapes) == 15
    means = np.mean([[distance(image, corrupt(image, name, s)) for s in SEVERITIES] for image in shapes], axis=0)
    assert means[0] == 0
    assert (np.diff(means) > 0).all(), means


@pytest.mark.parametrize("name", ["noise", "blur", "brightness", "contrast"])
def test_no_single_picture_comes_nearer_again(name, shapes):
    # What is white cannot become brighter. The others hold on average: a shape may look the same after a turn, and
    # JPEG and pixelation round on another grid at every severity.
    for image in shapes:
        distances = [distance(image, corrupt(image, name, s)) for s in SEVERITIES]
        assert (np.diff(distances) >= 0).all(), distances


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(CORRUPTIONS)),
    severity=st.sampled_from(SEVERITIES),
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    seed=st.integers(0, 3),
)
def test_size_and_mode_stay_and_it_is_the_same_every_time(name, severity, width, height, seed):
    image = random_picture(width, height, seed)
    before = image.tobytes()
    worse = corrupt(image, name, severity, seed)
    assert (worse.size, worse.mode) == (image.size, "RGB")
    assert corrupt(image.copy(), name, severity, seed).tobytes() == worse.tobytes()
    assert image.tobytes() == before
    if severity == 0:
        assert worse.tobytes() == before


def test_noise_hangs_on_the_seed_and_on_the_picture_and_on_nothing_else():
    grey = Image.new("RGB", (40, 30), (127, 127, 127))
    one = np.asarray(corrupt(grey, "noise", 3), float)
    np.random.seed(5)
    assert (np.asarray(corrupt(grey, "noise", 3), float) == one).all()
    assert (np.asarray(corrupt(grey, "noise", 3, seed=1), float) != one).any()
    other = np.asarray(corrupt(Image.new("RGB", (40, 30), (128, 127, 127)), "noise", 3), float)
    assert abs(np.corrcoef((one - 127)[..., 1].ravel(), (other - 127)[..., 1].ravel())[0, 1]) < 0.15


def test_noise_has_its_deviation_and_no_bias():
    # Mid-grey, where the tails are cut only from 127 / 255 = 0.5 on: more than two deviations at the worst.
    grey = Image.new("RGB", (256, 256), (127, 127, 127))
    for severity, deviation in enumerate(CORRUPTIONS["noise"].values[:3], start=1):
        added = np.asarray(corrupt(grey, "noise", severity), float) - 127
        assert added.std() / 255 == pytest.approx(deviation, rel=0.01)
        assert added.mean() == pytest.approx(0, abs=0.5)


def test_the_same_grain_grows():
    grey = Image.new("RGB", (64, 64), (127, 127, 127))
    low, high = (np.asarray(corrupt(grey, "noise", s), float) - 127 for s in (1, 3))
    assert np.corrcoef(low.ravel(), high.ravel())[0, 1] > 0.99


def test_brightness_adds_to_the_value_of_hsv_at_equal_hue_and_saturation():
    # The value of (100, 50, 25) is 100; with 0.2 of 255 it is 151, and the other channels keep their proportion to it.
    image = Image.new("RGB", (1, 1), (100, 50, 25))
    assert corrupt(image, "brightness", 2).getpixel((0, 0)) == (151, 76, 38)
    assert corrupt(Image.new("RGB", (1, 1), (0, 0, 0)), "brightness", 2).getpixel((0, 0)) == (51, 51, 51)
    assert corrupt(Image.new("RGB", (1, 1), (250, 250, 125)), "brightness", 5).getpixel((0, 0)) == (255, 255, 128)


def test_contrast_shrinks_towards_the_mean_of_each_channel():
    image = Image.fromarray(np.array([[[0, 100, 40], [200, 100, 80]]], np.uint8))
    assert np.asarray(corrupt(image, "contrast", 2)).tolist() == [[[50, 100, 50], [150, 100, 70]]]


def test_blur_is_a_gaussian_of_that_deviation():
    pixels = np.zeros((41, 41, 3), np.uint8)
    pixels[18:23, 18:23] = 255
    worse = np.asarray(corrupt(Image.fromarray(pixels), "blur", 4), float)[..., 0]
    y = np.arange(41) - 20

    def variance(plane: np.ndarray) -> float:
        return float((plane.sum(axis=1) * y**2).sum() / plane.sum())

    # Variances add up under convolution.
    assert variance(worse) - variance(pixels[..., 0].astype(float)) == pytest.approx(1.8**2, rel=0.05)


def test_jpeg_is_what_pillow_stores_at_that_quality():
    image = random_picture(33, 17, 0)
    for severity, quality in enumerate(CORRUPTIONS["jpeg"].values, start=1):
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=int(quality))
        assert corrupt(image, "jpeg", severity).tobytes() == Image.open(buffer).tobytes()


def test_pixelation_leaves_so_many_pixels_each_the_mean_of_what_it_covers():
    image = random_picture(128, 64, 1)
    worse = np.asarray(corrupt(image, "pixelation", 5))
    blocks = np.asarray(image, float).reshape(16, 4, 32, 4, 3).mean(axis=(1, 3))
    assert np.abs(worse[::4, ::4] - blocks).max() <= 1
    assert (worse == worse[::4, ::4].repeat(4, axis=0).repeat(4, axis=1)).all()


def test_rotation_turns_by_its_angle_to_a_side_that_the_picture_decides():
    sides = set()
    for seed in range(8):
        pixels = np.zeros((101, 101, 3), np.uint8)
        pixels[46:55, 80:89] = 255
        worse = np.asarray(corrupt(Image.fromarray(pixels), "rotation", 4, seed), float)[..., 0]
        y, x = (np.average(axis, weights=worse) - 50 for axis in np.mgrid[0:101, 0:101])
        assert abs(np.degrees(np.arctan2(y, x))) == pytest.approx(30, abs=0.5)
        sides.add(np.sign(y))
    assert sides == {-1.0, 1.0}


def test_a_turned_picture_has_no_dark_corners():
    white = Image.new("RGB", (50, 30), "white")
    assert corrupt(white, "rotation", 5).tobytes() == white.tobytes()


@pytest.mark.parametrize(
    ("mode", "name", "severity"), [("L", "noise", 1), ("RGB", "fog", 1), ("RGB", "noise", 6), ("RGB", "noise", -1)]
)
def test_what_it_cannot_do_it_refuses(mode, name, severity):
    with pytest.raises(ValueError, match=f"no {name} of severity {severity} for a picture of mode {mode}"):
        corrupt(Image.new(mode, (4, 4)), name, severity)
