"""Arrays that take long to compute, computed once: kept on disk, named by what they depend on, resumable."""

import hashlib
import json
import math
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from kd_core.atomic import require_space, write_atomic
from kd_core.progress import Reporter

Compute = Callable[[int, np.ndarray], np.ndarray]

# How many rows may have to be computed again after a kill.
_SAVED_EVERY = 2048


def kept_array(
    cache: Path,
    key: dict[str, Any],
    shape: tuple[int, ...],
    dtype: type,
    compute: Compute,
    *,
    batch: int,
    label: str,
    progress: Reporter,
) -> np.ndarray:
    """Return an array [views, n, ...] that is computed once and then read, memory-mapped, from the cache.

    Args:
        cache: the cache folder.
        key: everything the values depend on; equal keys give the same file.
        shape: the array's shape, views and pictures first.
        dtype: its dtype.
        compute: ``compute(view, positions)`` gives the rows [m, ...] of the pictures at ``positions`` (int64 [m]).
        batch: rows per call.
        label: what the progress calls this.
        progress: where to show it.

    Raises:
        WriteError: if the disk is full.
    """
    name = hashlib.sha256(json.dumps([key, shape, np.dtype(dtype).name], sort_keys=True).encode()).hexdigest()[:20]
    target = cache / "arrays" / f"{name}.npy"
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        part, marker = target.with_suffix(".part"), target.with_suffix(".done")
        _fill(part, marker, shape, dtype, compute, batch=batch, label=label, progress=progress)
        part.replace(target)
        marker.unlink()
    return np.load(target, mmap_mode="r")


def _fill(
    part: Path,
    marker: Path,
    shape: tuple[int, ...],
    dtype: type,
    compute: Compute,
    *,
    batch: int,
    label: str,
    progress: Reporter,
) -> None:
    views, count = shape[:2]
    done = int(marker.read_text()) if marker.is_file() and part.is_file() else 0
    if not done:
        require_space(part.parent, math.prod(shape) * np.dtype(dtype).itemsize)
    array = np.lib.format.open_memmap(part, mode="r+" if done else "w+", dtype=dtype, shape=shape)
    batches = [
        (view, np.arange(start, min(start + batch, count)))
        for view in range(done // count, views)
        for start in range(done % count if view == done // count else 0, count, batch)
    ]
    with progress.task(label, views * count) as advance, ThreadPoolExecutor(2) as pool:
        advance(done)
        saved = done
        for (view, positions), values in zip(batches, _ahead(pool, compute, batches), strict=True):
            array[view, positions] = values
            done += len(positions)
            advance(len(positions))
            if done - saved >= _SAVED_EVERY or done == views * count:
                array.flush()
                write_atomic(marker, str(done).encode())
                saved = done


def _ahead(pool: ThreadPoolExecutor, compute: Compute, batches: list[tuple[int, np.ndarray]]) -> Iterator[np.ndarray]:
    """Yield the batches in order, the next being prepared while one is computed; no more, for the memory's sake."""
    waiting: deque[Future[np.ndarray]] = deque()
    for view, positions in batches:
        waiting.append(pool.submit(compute, view, positions))
        if len(waiting) == 2:
            yield waiting.popleft().result()
    yield from (future.result() for future in waiting)
