"""Arrays that take long to compute, computed once: kept on disk, named by what they depend on, resumable."""

import hashlib
import json
import math
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from kd_core.atomic import require_space, write_atomic
from kd_core.progress import Advance, Reporter

Compute = Callable[[int, np.ndarray], np.ndarray]

# How many rows may have to be computed again after a kill.
_SAVED_EVERY = 2048


def kept_views(
    cache: Path,
    key: dict[str, Any],
    views: int,
    shape: tuple[int, ...],
    compute: Compute,
    *,
    batch: int,
    label: str,
    progress: Reporter,
    dtype: type[np.generic] = np.float16,
) -> list[np.ndarray]:
    """Return one array [n, ...] a view, each computed once and then read, memory-mapped, from the cache.

    Every view is a file of its own: who asks for more of them later waits for those alone. Two trainings at the same
    time share them: what one computes, the other waits for.

    Args:
        cache: the cache folder.
        key: everything the values depend on but the view; equal keys give the same files.
        views: how many.
        shape: the shape of each array, pictures first.
        compute: ``compute(view, positions)`` gives the rows [m, ...] of the pictures at ``positions`` (int64 [m]).
        batch: rows per call.
        label: what the progress calls this.
        progress: where to show it.
        dtype: of the arrays; it is no part of the name.

    Raises:
        WriteError: if the disk is full.
    """
    targets = _targets(cache, key, views, shape)
    missing = [(view, target) for view, target in enumerate(targets) if not target.is_file()]
    if missing:
        targets[0].parent.mkdir(parents=True, exist_ok=True)
        with progress.task(label, len(missing) * shape[0]) as advance:
            for view, target in missing:
                part, marker = target.with_suffix(".part"), target.with_suffix(".done")
                # Released by the system when its holder is killed.
                with FileLock(target.with_suffix(".lock")):
                    if target.is_file():
                        advance(shape[0])
                        continue
                    _fill(part, marker, partial(compute, view), shape=shape, dtype=dtype, batch=batch, advance=advance)
                    part.replace(target)
                    marker.unlink()
    return [np.load(target, mmap_mode="r") for target in targets]


def missing_bytes(cache: Path, key: dict[str, Any], views: int, shape: tuple[int, ...], dtype: type[np.generic]) -> int:
    """Return how many bytes ``kept_views`` would add to the disk; the arguments are its own."""
    missing = sum(not target.is_file() for target in _targets(cache, key, views, shape))
    return missing * math.prod(shape) * np.dtype(dtype).itemsize


def _targets(cache: Path, key: dict[str, Any], views: int, shape: tuple[int, ...]) -> list[Path]:
    return [cache / "arrays" / f"{_name(key | {'view': view}, shape)}.npy" for view in range(views)]


def _name(key: dict[str, Any], shape: tuple[int, ...]) -> str:
    return hashlib.sha256(json.dumps([key, shape], sort_keys=True).encode()).hexdigest()[:20]


def _fill(
    part: Path,
    marker: Path,
    compute: Callable[[np.ndarray], np.ndarray],
    *,
    shape: tuple[int, ...],
    dtype: type[np.generic],
    batch: int,
    advance: Advance,
) -> None:
    count = shape[0]
    done = int(marker.read_text()) if marker.is_file() and part.is_file() else 0
    if not done:
        require_space(part.parent, math.prod(shape) * np.dtype(dtype).itemsize)
    array = np.lib.format.open_memmap(part, mode="r+" if done else "w+", dtype=dtype, shape=shape)
    advance(done)
    saved = done
    batches = [np.arange(start, min(start + batch, count)) for start in range(done, count, batch)]
    with closing(computed(compute, batches)) as rows:
        for positions, values in zip(batches, rows, strict=True):
            array[positions] = values
            done += len(positions)
            advance(len(positions))
            if done - saved >= _SAVED_EVERY or done == count:
                array.flush()
                write_atomic(marker, str(done).encode())
                saved = done


def computed(
    compute: Callable[[np.ndarray], np.ndarray], batches: Iterable[np.ndarray]
) -> Generator[np.ndarray, None, None]:
    """Yield the rows of each batch in order, the next being computed beside it; no more, for the memory's sake.

    To be closed by whoever does not take all of them: until then a batch is being computed.

    Args:
        compute: gives the rows [m, ...] of the pictures at positions, int64 [m]; called from two threads.
        batches: the positions; they may have no end.
    """
    waiting: deque[Future[np.ndarray]] = deque()
    with ThreadPoolExecutor(2) as pool:
        for positions in batches:
            waiting.append(pool.submit(compute, positions))
            if len(waiting) == 2:
                yield waiting.popleft().result()
        yield from (future.result() for future in waiting)
