"""Stateless augmentation: view v of picture i is a function of (seed, i, v), in coordinates of the source picture.

Teacher and student can so be shown the same view at their own input sizes, and the teacher's answers to all views be
computed once (the "consistent" teaching of Beyer et al. 2022, "Knowledge distillation: A good teacher is patient and
consistent").
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from kd_core.data.mixing import Mixing


class Augmentation(BaseModel):
    """How views are drawn; the default is one view, the picture as it is.

    ``views``: how many there are of each picture. ``area``: the smallest share of the picture that a crop keeps,
    ``aspect``: the largest factor by which a crop changes the aspect ratio. ``colour``: the largest relative change of
    brightness, contrast and saturation. ``mixing``: with what else a view is mixed, if with anything.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    views: int = Field(1, ge=1, le=1000)
    seed: int = Field(0, ge=0, lt=2**32)
    flip: bool = False
    area: float = Field(1.0, gt=0, le=1)
    aspect: float = Field(1.0, ge=1, le=3)
    colour: float = Field(0.0, ge=0, lt=1)
    mixing: Mixing | None = None

    @property
    def drawn_by(self) -> dict[str, Any]:
        """Everything that one view depends on: what is kept of views is named by it."""
        return self.model_dump(exclude={"views"}, exclude_none=True)


# What a pixel's channels give to its grey: the luma weights of ITU-R BT.601, which Pillow uses too.
_LUMA = (0.299, 0.587, 0.114)
_MID_GREY = 128.0


@dataclass(frozen=True)
class View:
    """One view: ``box`` (left, top, right, bottom) in 0..1 of the source, and what is done to the crop.

    The three factors are 1 for no change; saturation is about each pixel's grey, contrast about mid-grey.
    """

    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    flip: bool = False
    brightness: float = 1.0
    contrast: float = 1.0
    saturation: float = 1.0


def views_of(settings: Augmentation, pictures: np.ndarray, view: int) -> list[View]:
    """Return view number ``view`` of the pictures with these numbers.

    Args:
        settings: how views are drawn.
        pictures: int64 [n], 0 or more.
        view: 0 or more.
    """
    first = int(pictures.min())
    # A counter-based generator: any view can be drawn without drawing those before it (Salmon et al. 2011). It gives
    # four numbers a count; a picture has those of its own count and of the next one.
    counts = int(pictures.max()) - first + 2
    stream = np.random.Philox(key=settings.seed, counter=[first, view, 0, 0]).random_raw(4 * counts) * 2.0**-64
    numbers = stream.reshape(counts, 4)
    draw = np.hstack([numbers[pictures - first], numbers[pictures - first + 1]]).T
    area = settings.area + (1 - settings.area) * draw[0]
    aspect = settings.aspect ** (2 * draw[1] - 1)
    width, height = np.minimum(1.0, np.sqrt(area * aspect)), np.minimum(1.0, np.sqrt(area / aspect))
    left, top = draw[2] * (1 - width), draw[3] * (1 - height)
    flip = settings.flip & (draw[4] < 0.5)
    colours = 1 + settings.colour * (2 * draw[5:8] - 1)
    # Lists: to take numbers out of an array one by one takes longer than to draw them.
    parts = (part.tolist() for part in (left, top, left + width, top + height, flip, *colours))
    return [View((x0, y0, x1, y1), *how) for x0, y0, x1, y1, *how in zip(*parts, strict=True)]


def render(image: Image.Image, view: View, height: int, width: int) -> np.ndarray:
    """Return the view at a network's input size: uint8 RGB [height, width, 3].

    A view that changes nothing gives exactly the pixels of ``kd_core.data.load.squash``.
    """
    left, top, right, bottom = view.box
    box = (left * image.width, top * image.height, right * image.width, bottom * image.height)
    out = image.resize((width, height), Image.Resampling.BILINEAR, box=box)
    if (view.brightness, view.contrast, view.saturation) != (1.0, 1.0, 1.0):
        out = out.convert("RGB", _colour_map(view))
    if view.flip:
        # Not a mirrored array: to copy that into a batch takes as long as a quarter of the resizing.
        out = out.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return np.asarray(out, dtype=np.uint8)


def _colour_map(view: View) -> tuple[float, ...]:
    """Return the three changes as one linear map of each pixel: rows of three factors and what is added.

    Plain numbers: twelve of them take an array longer.
    """
    scale = view.brightness * view.contrast
    own = scale * view.saturation
    red, green, blue = (scale * (1 - view.saturation) * share for share in _LUMA)
    added = view.brightness * (1 - view.contrast) * _MID_GREY
    return own + red, green, blue, added, red, own + green, blue, added, red, green, own + blue, added
