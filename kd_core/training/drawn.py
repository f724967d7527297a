"""Views of the training pictures, drawn once and kept: an epoch then reads them instead of drawing them.

To draw a view of a picture takes a seventh of the time that a small student needs to learn from it, and half as much
again where pictures are mixed. All runs of a study that are shown the same views at the same size share the files.
"""

import shutil
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kd_core.data.augment import Augmentation
from kd_core.training.arrays import kept_views, missing_bytes
from kd_core.training.job import Job
from kd_core.training.streams import Examples, array_fetch

_BATCH = 256


def drawn(job: Job, rows: pd.DataFrame, size: int, augmentation: Augmentation, epochs: int) -> Examples:
    """Return pictures as ``Job.pixels`` does, their views read from the cache, where they are drawn first if need be.

    Where they would take more than half of what is free on the cache's disk, nothing is kept and each is drawn anew
    whenever it is shown: the pixels are the same.

    Args:
        job: the study on its data.
        rows: pictures of its index.
        size: height and width in pixels.
        augmentation: how views are drawn.
        epochs: how many are trained, each showing one view: no later view is drawn.
    """
    examples = job.pixels(rows, size, augmentation)
    views, shape = min(examples.views, epochs), (len(examples), *examples.shape)
    key: dict[str, Any] = {"pixels": job.data_key(rows), "views": augmentation.drawn_by}
    job.cache.mkdir(parents=True, exist_ok=True)
    if missing_bytes(job.cache, key, views, shape, np.uint8) > shutil.disk_usage(job.cache).free / 2:
        return examples
    kept = kept_views(
        job.cache,
        key,
        views,
        shape,
        lambda view, positions: examples.fetch(positions, view),
        batch=_BATCH,
        label=f"Drawing views of {size} px",
        progress=job.progress,
        dtype=np.uint8,
    )
    # As plain arrays over the mapped files: numpy's memmap takes longer at every access.
    return replace(examples, fetch=array_fetch([np.asarray(view) for view in kept]))
