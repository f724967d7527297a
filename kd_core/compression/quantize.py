"""What post-training quantization needs: representative inputs, drawn from every class."""

import numpy as np

from kd_core.artifacts import InputSpec
from kd_core.data.load import load_pixels
from kd_core.training.job import Job


def representative_inputs(job: Job, spec: InputSpec, count: int, seed: int) -> list[np.ndarray]:
    """Return prepared inputs of training pictures, as many of each class, drawn by seed: float32 [1, h, w, 3] each.

    With too few pictures a rare activation is cut off: a hundred were seen to saturate a logit.

    Args:
        job: the study on its data.
        spec: how pixels become the network's input.
        count: how many in all; every class gives at least one.
        seed: which ones.
    """
    rows = job.training_rows
    share = max(1, round(count / rows["label"].nunique()))
    shuffled = rows.sample(frac=1.0, random_state=seed)
    drawn = shuffled.groupby("label", sort=True).head(share).sort_index()
    scale, offset = np.asarray(spec.scale, np.float32), np.asarray(spec.offset, np.float32)
    return [
        (load_pixels(file, spec.height, spec.width).astype(np.float32) * scale + offset)[np.newaxis]
        for file in job.index.files(drawn)
    ]
