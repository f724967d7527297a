"""Copies as people make them, of pictures that the project draws itself."""

from io import BytesIO

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from kd_core.data.synthetic import CLASSES, draw


def jpeg(image: Image.Image, quality: int) -> Image.Image:
    """Return the picture after having been a JPEG file."""
    content = BytesIO()
    image.save(content, "JPEG", quality=quality)
    return Image.open(content).convert("RGB")


def cropped(image: Image.Image, random: np.random.Generator, share: float = 0.05) -> Image.Image:
    """Return the picture without ``share`` of its width and height, cut off at a random place."""
    width, height = round(image.width * (1 - share)), round(image.height * (1 - share))
    left, top = random.integers(0, image.width - width + 1), random.integers(0, image.height - height + 1)
    return image.crop((left, top, left + width, top + height))


def brightened(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """Return the picture a quarter brighter or darker."""
    return ImageEnhance.Brightness(image).enhance(random.choice([0.75, 1.25]))


KINDS = {
    "jpeg quality 50": lambda image, random: jpeg(image, 50),
    "mirrored": lambda image, random: jpeg(ImageOps.mirror(image), 85),
    "5 % cropped": lambda image, random: jpeg(cropped(image, random), 85),
    "resized": lambda image, random: jpeg(image.resize((image.width * 2 // 3, image.height * 2 // 3)), 85),
    "brightness changed": lambda image, random: jpeg(brightened(image, random), 85),
}


def drawn(folder, per_class: int, size: int = 128, seed: int = 5) -> list[Image.Image]:
    """Return different pictures, ``per_class`` of each of the fifteen classes."""
    draw(folder / "drawn", per_split={"train": per_class, "val": 1, "test": 1}, size=size, seed=seed)
    files = [file for label in CLASSES for file in sorted((folder / "drawn" / "train" / label).iterdir())]
    return [Image.open(file).convert("RGB") for file in files]
