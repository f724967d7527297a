"""Where a network looked: what every position of its last spatial map adds to the logit of a class."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kd_core.artifacts import ArtifactError
from kd_core.evaluation.classifier import Answer

# What may lie between the features and the logits: each of them is the identity or a mean when predicting.
LINEAR_LAYERS = ("Flatten", "GlobalAveragePooling2D", "Dropout")
# Of the span of the logits, over one step of an int8 output. Rounding makes less than that step; the weights of another
# training, or of the parent before pruning, miss by a twentieth of the span to all of it.
LARGEST_MISS = 0.03

Head = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Attribution:
    """How one logit of one answer comes about.

    ``grid``: float64 [h, w], what each position adds, in logits: above 0 for the class, below 0 against it.
    ``bias``: what the class has without any picture. ``logit``: what the network answered. ``difference``: the sum of
    grid and bias less the logit, 0 up to rounding; ``excess``: how far that sum lies beyond the largest or smallest
    logit that an int8 network can write, which the difference leaves out. ``covered``: share of the picture's height
    and width over which the grid lies, from the top left corner, 0..1.
    """

    grid: np.ndarray
    bias: float
    logit: float
    difference: float
    excess: float
    covered: tuple[float, float]


def contributions(features: np.ndarray, head: Head, of: int) -> np.ndarray:
    """Return what every position adds to the logit of a class: float64 [h, w], with its sign.

    ``contributions.sum() + head["bias"][of]`` is the logit. After global pooling this is the class activation map of
    Zhou et al. 2016, "Learning Deep Features for Discriminative Localization"; without pooling every position has
    weights of its own. Since the head is linear, it also is the gradient of the logit times the features.

    Args:
        features: float32 [h, w, c], ``Answer.features``.
        head: ``kernel`` [h, w, c, classes] or [1, 1, c, classes], and ``bias`` [classes], as
            ``ArtifactStore.head`` returns it.
        of: position of the class.
    """
    return (features.astype(np.float64) * head["kernel"][..., of]).sum(axis=2)


def attribute(answer: Answer, head: Head, of: int) -> Attribution:
    """Return how the logit of the class ``of`` comes about, after a check that the head is that of the network.

    The check is that contributions and biases make all of the answer's logits, as far as rounding allows: an int8
    network calculates with rounded weights and writes rounded logits, while its head is kept as float32.

    Raises:
        ArtifactError: if they do not.
    """
    kernel, bias = head["kernel"], head["bias"]
    height, width, channels = answer.features.shape
    if kernel.shape not in [(*grid, channels, len(answer.logits)) for grid in ((height, width), (1, 1))]:
        raise ArtifactError(
            f"The head is for maps and classes {_sizes(kernel.shape)}, the network has "
            f"{_sizes((*answer.features.shape, len(answer.logits)))}: restore it, or train the run again."
        )
    grids = np.stack([contributions(answer.features, head, i) for i in range(len(bias))])
    made = grids.sum(axis=(1, 2)) + bias
    written = np.clip(made, *answer.limits)
    miss = float(np.abs(written - answer.logits).max())
    low, high = answer.limits
    step = (high - low) / 255 if np.isfinite(high - low) else 0.0
    if not miss <= LARGEST_MISS * np.ptp(answer.logits) + step:
        raise ArtifactError(
            f"The head makes logits that are up to {miss:.2f} away from those of the network: it is another network's. "
            "Restore it, or train the run again."
        )
    covered = head.get("covered", np.ones(2))
    return Attribution(
        grid=grids[of],
        bias=float(bias[of]),
        logit=float(answer.logits[of]),
        difference=float(written[of] - answer.logits[of]),
        excess=float(made[of] - written[of]),
        covered=(float(covered[0]), float(covered[1])),
    )


def has_linear_head(layers: pd.DataFrame) -> bool | None:
    """Return whether a network is linear from its last map on; None where its layers do not name that map.

    Args:
        layers: ``ArtifactStore.layers``, with the layers "features" and "logits".
    """
    names = list(layers["name"])
    if "features" not in names or "logits" not in names:
        return None
    between = layers["type"][names.index("features") + 1 : names.index("logits")]
    return bool(between.isin(LINEAR_LAYERS).all())


def _sizes(shape: tuple[int, ...]) -> str:
    return " x ".join(str(n) for n in shape)
