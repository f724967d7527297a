"""The one picture loader: upright, RGB, one resize, and a sentence for what is no picture."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from kd_core.data.load import PictureError, central_square, decode, load_pixels, squash

RED, BLUE = (250, 10, 10), (10, 10, 250)


def encoded(image: Image.Image, kind: str = "PNG", **options) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def halves(width: int = 40, height: int = 20) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def test_bytes_and_files_give_the_same_pixels(tmp_path):
    file = tmp_path / "a (1).JPG"
    file.write_bytes(encoded(halves(), "JPEG"))
    np.testing.assert_array_equal(load_pixels(file, 24, 16), load_pixels(file.read_bytes(), 24, 16))
    assert load_pixels(file, 24, 16).shape == (24, 16, 3)


@pytest.mark.parametrize(
    ("orientation", "left", "top"), [(1, RED, None), (3, BLUE, None), (6, None, RED), (8, None, BLUE)]
)
def test_pictures_are_turned_upright(orientation, left, top):
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = decode(encoded(halves(), "PNG", exif=exif))
    assert upright.size == ((40, 20) if left else (20, 40))
    assert upright.getpixel((3, 3)) == (left or top)


@pytest.mark.parametrize("mode", ["L", "CMYK", "P", "1", "I;16"])
def test_every_mode_becomes_rgb(mode):
    source = Image.new("L", (8, 8), 200) if mode in ("L", "1", "I;16") else halves(8, 8)
    picture = source.convert("I").point(lambda v: v * 257).convert("I;16") if mode == "I;16" else source.convert(mode)
    image = decode(encoded(picture, "TIFF" if mode in ("CMYK", "I;16") else "PNG"))
    assert image.mode == "RGB"
    assert image.size == (8, 8)


def test_transparency_is_laid_over_white():
    clear = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    assert decode(encoded(clear)).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"words", encoded(halves())[:50], encoded(halves(400, 400), "JPEG")[:300]])
def test_what_is_no_picture_is_a_sentence(content, tmp_path):
    with pytest.raises(PictureError, match="cannot be read as a picture"):
        decode(content)
    file = tmp_path / "holiday.jpg"
    file.write_bytes(content)
    with pytest.raises(PictureError, match=r"holiday\.jpg cannot be read .* Choose a JPEG or PNG"):
        decode(file)
    with pytest.raises(PictureError, match=r"missing\.png"):
        decode(tmp_path / "missing.png")


def test_squash_is_pillows_bilinear():
    image = halves()
    expected = np.asarray(image.resize((10, 30), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(squash(image, 30, 10), expected)


def test_a_webcam_sends_the_central_square():
    image = Image.new("RGB", (60, 40), RED)
    image.paste(BLUE, (10, 0, 50, 40))
    square = central_square(image)
    assert square.size == (40, 40)
    assert {square.getpixel((x, y)) for x in (0, 39) for y in (0, 39)} == {BLUE}
    assert central_square(Image.new("RGB", (5, 9))).size == (5, 5)
