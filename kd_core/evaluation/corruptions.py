"""Pictures made worse on purpose: seven corruptions after ImageNet-C, at five severities each.

The kinds and formulas are those of Hendrycks and Dietterich, "Benchmarking Neural Network Robustness to Common
Corruptions and Perturbations" (2019): ImageNet-C, and its companion ImageNet-P for the rotation. A picture is
corrupted at the resolution of its file, before it is resized for any network, as a worse camera would have made it.

Their severities are for 224 px (ImageNet-C) and for 64 px (ImageNet-64-C); the shared photos measure 128 px along the
longest side. What hangs on resolution therefore ends between the two: noise at 0.23 (theirs: 0.38 and 0.18), blur at
2.5 px (6 and 1.5), pixelation at 32 pixels a side (56 and 32), JPEG at quality 7 (7 and 25). Brightness is theirs.
Contrast is that of CIFAR-10-C, 0.75 to 0.15: at ImageNet-C's 0.05 a small network only guesses, and curves that lie on
the floor tell no models apart. ImageNet-P tilts by single degrees; here the tilt goes from an unsteady hand to a camera
half on its side. At the first severity a person hardly minds, at the fifth a person still names the animal.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from types import MappingProxyType

import numpy as np
from PIL import Image
from scipy import ndimage

WORST = 5
"""The highest severity; 0 is the picture as it is."""

Change = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]
"""Pixels float64 [h, w, 3] in 0..255, a parameter, a generator -> pixels of the same shape, not yet clipped."""


@dataclass(frozen=True)
class Corruption:
    """One kind of corruption: ``parameter`` names what ``values`` are, one for each of the severities 1..``WORST``."""

    parameter: str
    values: tuple[float, float, float, float, float]
    change: Change


def corrupt(image: Image.Image, name: str, severity: int, seed: int = 0) -> Image.Image:
    """Return a picture with a corruption, of the same size and mode; at severity 0 the picture itself.

    What is random is drawn from (seed, corruption, content of the picture): every model sees the same corrupted
    picture, and asking again gives the same pixels. All severities share one draw (common random numbers), so that
    along a curve nothing changes but the severity: the same grain of noise grows, the same tilt goes further.

    Args:
        image: a decoded picture, RGB.
        name: one of ``CORRUPTIONS``.
        severity: 0..``WORST``.
        seed: of the draw.

    Raises:
        ValueError: if the picture is not RGB, or there is no such corruption or severity.
    """
    if name not in CORRUPTIONS or severity not in range(WORST + 1) or image.mode != "RGB":
        raise ValueError(f"no {name} of severity {severity} for a picture of mode {image.mode}")
    if severity == 0:
        return image
    kind = CORRUPTIONS[name]
    pixels = np.asarray(image)
    drawn_from = sha256(f"{seed} {name} {pixels.shape} ".encode() + pixels.tobytes()).digest()
    random = np.random.default_rng(int.from_bytes(drawn_from))
    changed = kind.change(pixels.astype(np.float64), kind.values[severity - 1], random)
    return Image.fromarray(_rounded(changed))


def _noise(pixels: np.ndarray, deviation: float, random: np.random.Generator) -> np.ndarray:
    return pixels + random.normal(0, 255 * deviation, pixels.shape)


def _blur(pixels: np.ndarray, deviation: float, random: np.random.Generator) -> np.ndarray:
    return ndimage.gaussian_filter(pixels, (deviation, deviation, 0), mode="nearest")


def _brightness(pixels: np.ndarray, added: float, random: np.random.Generator) -> np.ndarray:
    # The V of HSV is the largest channel; at equal hue and saturation the channels are in proportion to it.
    value = pixels.max(axis=2, keepdims=True)
    brighter = np.minimum(value + 255 * added, 255)
    return np.where(value > 0, pixels * brighter / np.maximum(value, 1), brighter)


def _contrast(pixels: np.ndarray, kept: float, random: np.random.Generator) -> np.ndarray:
    mean = pixels.mean(axis=(0, 1))
    return mean + kept * (pixels - mean)


def _jpeg(pixels: np.ndarray, quality: float, random: np.random.Generator) -> np.ndarray:
    buffer = BytesIO()
    Image.fromarray(_rounded(pixels)).save(buffer, "JPEG", quality=int(quality))
    with Image.open(buffer) as stored:
        return np.asarray(stored, np.float64)


def _pixelation(pixels: np.ndarray, kept: float, random: np.random.Generator) -> np.ndarray:
    image = Image.fromarray(_rounded(pixels))
    coarse = image.resize([max(1, round(kept * side)) for side in image.size], Image.Resampling.BOX)
    return np.asarray(coarse.resize(image.size, Image.Resampling.NEAREST), np.float64)


def _rotation(pixels: np.ndarray, degrees: float, random: np.random.Generator) -> np.ndarray:
    # To either side, and mirrored at the border: black corners would be a second corruption.
    side = random.choice([-1, 1])
    return ndimage.rotate(pixels, side * degrees, axes=(1, 0), reshape=False, order=1, mode="mirror")


def _rounded(pixels: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)


CORRUPTIONS: Mapping[str, Corruption] = MappingProxyType(
    {
        "noise": Corruption("standard deviation as a share of the full range", (0.04, 0.07, 0.11, 0.16, 0.23), _noise),
        "blur": Corruption("standard deviation in pixels", (0.5, 0.9, 1.3, 1.8, 2.5), _blur),
        "brightness": Corruption("added to the value of HSV, 0..1", (0.1, 0.2, 0.3, 0.4, 0.5), _brightness),
        "contrast": Corruption("share of the contrast that is kept", (0.75, 0.5, 0.4, 0.3, 0.15), _contrast),
        "jpeg": Corruption("quality of libjpeg", (40, 25, 15, 10, 7), _jpeg),
        "pixelation": Corruption("pixels kept along a side, as a share", (0.7, 0.55, 0.42, 0.32, 0.25), _pixelation),
        "rotation": Corruption("degrees to either side", (6, 12, 20, 30, 45), _rotation),
    }
)
"""The corruptions by name, in the order in which they are shown."""
