"""Decoded pictures by position: from their files, or from one memory-mapped file that holds them all."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from PIL import Image

from kd_core.atomic import require_space
from kd_core.data.load import decode
from kd_core.progress import Reporter, Silent


class Pictures(Protocol):
    """Pictures by position: decoded, RGB, in their own size."""

    def __len__(self) -> int: ...

    def __getitem__(self, position: int) -> Image.Image: ...


@dataclass(frozen=True)
class FilePictures:
    """Pictures decoded from their files each time they are asked for."""

    files: tuple[Path, ...]

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, position: int) -> Image.Image:
        return decode(self.files[position])


@dataclass(frozen=True)
class PackedPictures:
    """Pictures whose decoded bytes lie one after the other in a memory-mapped file.

    ``pixels``: uint8 [bytes]. ``sizes``: width and height of each. ``offsets``: where each begins.
    """

    pixels: np.ndarray
    # Lists: a number taken out of an array is an object that has to be made first.
    sizes: list[tuple[int, int]]
    offsets: list[int]

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, position: int) -> Image.Image:
        width, height = self.sizes[position]
        start = self.offsets[position]
        return Image.frombuffer("RGB", (width, height), self.pixels[start : start + 3 * width * height])


def packed(
    files: list[Path], sizes: np.ndarray, content: list[str], cache: Path, progress: Reporter | None = None
) -> PackedPictures:
    """Return the pictures decoded once and kept below ``cache``; only the pages in use take memory.

    Decoding a 128 px JPEG takes longer than turning it into a view, so that training without this would wait for it.

    Args:
        files: n picture files.
        sizes: int64 [n, 2], width and height as the index has them.
        content: n SHA-256 texts of the files, which the kept file is named by.
        cache: the cache folder.
        progress: where to show the progress.
    """
    key = hashlib.sha256("\n".join(content).encode()).hexdigest()[:20]
    target = cache / "pixels" / f"{key}.npy"
    lengths = 3 * sizes[:, 0] * sizes[:, 1]
    offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int64)
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f"{target.stem}.{os.getpid()}.part")
        try:
            _decode_all(files, offsets, lengths, part, progress or Silent())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    # As a plain array over the mapped file: a slice of numpy's memmap takes ten times as long to make.
    pixels = np.asarray(np.load(target, mmap_mode="r"))
    return PackedPictures(pixels, list(map(tuple, sizes.tolist())), offsets.tolist())


def _decode_all(files: list[Path], offsets: np.ndarray, lengths: np.ndarray, part: Path, progress: Reporter) -> None:
    require_space(part.parent, int(lengths.sum()))
    pixels = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=(int(lengths.sum()),))
    with progress.task("Decoding pictures", len(files)) as advance, ThreadPoolExecutor(os.cpu_count()) as pool:
        for position, image in enumerate(pool.map(decode, files)):
            start = offsets[position]
            pixels[start : start + lengths[position]] = np.asarray(image).reshape(-1)
            advance()
    pixels.flush()
