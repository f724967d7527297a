"""The one picture loader: evaluation, calibration, training, the dashboard and the live demo see the same pixels."""

from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from kd_core.data.layout import find_picture
from kd_core.errors import KdError
from kd_core.paths import data_dir

__all__ = ["PictureError", "central_square", "data_dir", "decode", "find_picture", "load_pixels", "squash"]

Source = Path | bytes


class PictureError(KdError):
    """A file is no picture that can be decoded."""


def decode(source: Source) -> Image.Image:
    """Return a picture as RGB, turned upright by its EXIF orientation; transparency is laid over white.

    Raises:
        PictureError: if the file is missing, empty, truncated or no picture.
    """
    name = str(source) if isinstance(source, Path) else "The picture"
    try:
        with Image.open(source if isinstance(source, Path) else BytesIO(source)) as image:
            upright = ImageOps.exif_transpose(image)
            if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
                rgba = upright.convert("RGBA")
                white = Image.new("RGBA", rgba.size, "white")
                return Image.alpha_composite(white, rgba).convert("RGB")
            return upright.convert("RGB")
    # Pillow raises OSError, SyntaxError, ValueError, struct.error and more on damaged files, and DecompressionBomb.
    except Exception as error:
        reason = str(error) if isinstance(error, FileNotFoundError) else f"{type(error).__name__}: {error}"
        raise PictureError(f"{name} cannot be read as a picture ({reason}). Choose a JPEG or PNG file.") from error


def squash(image: Image.Image, height: int, width: int) -> np.ndarray:
    """Return the picture resized to ``height`` x ``width`` with bilinear filtering: uint8 RGB, [height, width, 3]."""
    return np.asarray(image.resize((width, height), Image.Resampling.BILINEAR), dtype=np.uint8)


def load_pixels(source: Source, height: int, width: int) -> np.ndarray:
    """Return ``squash(decode(source), height, width)``: uint8 RGB, [height, width, 3]."""
    return squash(decode(source), height, width)


def central_square(image: Image.Image) -> Image.Image:
    """Return the largest central square, which is what a webcam picture sends to a network."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    return image.crop((left, top, left + side, top + side))
