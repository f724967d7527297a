"""What deployed models answer to corrupted pictures: every picture corrupted once for all of them, and kept."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from threading import local

import numpy as np
from PIL import Image

from kd_core.atomic import write_atomic
from kd_core.data.load import decode, squash
from kd_core.environment import machine_name
from kd_core.evaluation.classifier import Classifier
from kd_core.evaluation.corruptions import CORRUPTIONS, WORST, corrupt
from kd_core.evaluation.deployed import Model
from kd_core.progress import Reporter

CLEAN = "clean"
Cell = tuple[str, int]
"""(corruption, severity); (CLEAN, 0) is the picture as it is, which all corruptions share."""

CELLS: tuple[Cell, ...] = ((CLEAN, 0), *((name, step) for name in CORRUPTIONS for step in range(1, WORST + 1)))


@dataclass(frozen=True)
class Photo:
    """A picture file that can be decoded, and the SHA-256 of its content."""

    file: Path
    sha256: str


Kept = dict[str, np.ndarray]
"""Logits float32 [classes] by the SHA-256 of the picture."""


def answers(
    models: Mapping[str, Model], photos: Sequence[Photo], seed: int, cache: Path, progress: Reporter
) -> Iterator[tuple[Cell, dict[str, np.ndarray]]]:
    """Yield for each of ``CELLS`` the logits of every model: float32 [n, classes], by the model's name.

    What is known already is not asked again. A cell of a model is one file below ``cache``, written when the cell is
    complete: an interrupted run goes on with the cell in which it ended. The file is named by the model's content, the
    machine, the versions of LiteRT and Pillow, the seed, and what the corruption makes of a known picture, so that a
    changed severity or formula is another file. In it answers are kept by the content of the picture, and not by a
    data set's fingerprint: a few pictures for a quick look are a beginning of the whole, and a data set of which some
    pictures changed is asked for those alone.

    Args:
        models: by name.
        photos: n pictures.
        seed: of the corruptions.
        cache: the cache folder.
        progress: where to show the progress.

    Raises:
        PictureError: if a picture has become unreadable since it was listed.
        WriteError: if the cache cannot be written.
    """
    files = {cell: {name: _file(cache, model, cell, seed) for name, model in models.items()} for cell in CELLS}
    wanted = {photo.sha256: photo for photo in photos}
    missing = {cell: _missing(of_models, wanted) for cell, of_models in files.items()}
    panel = _Panel(models, seed)
    with (
        progress.task("Corrupted pictures", sum(map(len, missing.values()))) as advance,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        try:
            for cell, of_models in files.items():
                asked = [wanted[picture] for picture in missing[cell]]
                new: dict[str, Kept] = {}
                found = pool.map(partial(panel.ask, cell), asked, missing[cell].values())
                for photo, logits in zip(asked, found, strict=True):
                    for name, of_model in logits.items():
                        new.setdefault(name, {})[photo.sha256] = of_model
                    advance(1, f"{cell[0]} {cell[1]}")
                known = {name: _read(file) | new.get(name, {}) for name, file in of_models.items()}
                for name in new:
                    _write(of_models[name], known[name])
                yield cell, {name: np.stack([kept[photo.sha256] for photo in photos]) for name, kept in known.items()}
        except BaseException:
            # Stopped by hand: what is queued is not waited for.
            pool.shutdown(wait=False, cancel_futures=True)
            raise


class _Panel:
    """All models, with an interpreter of its own for every thread: it is not safe to share."""

    def __init__(self, models: Mapping[str, Model], seed: int) -> None:
        self._models = models
        self._seed = seed
        self._own = local()

    def ask(self, cell: Cell, photo: Photo, names: Sequence[str]) -> dict[str, np.ndarray]:
        """Return the logits of the named models for one picture, corrupted once for all of them."""
        image = _corrupted(decode(photo.file), cell, self._seed)
        pixels: dict[tuple[int, int], np.ndarray] = {}
        found = {}
        for name in names:
            spec = self._models[name].spec
            size = (spec.height, spec.width)
            if size not in pixels:
                pixels[size] = squash(image, *size)
            found[name] = self._classifier(name)(pixels[size]).logits
        return found

    def _classifier(self, name: str) -> Classifier:
        known: dict[str, Classifier] = self._own.__dict__
        if name not in known:
            known[name] = Classifier(self._models[name].path, self._models[name].spec)
        return known[name]


def _missing(files: Mapping[str, Path], wanted: Mapping[str, Photo]) -> dict[str, list[str]]:
    """Return by picture the models that have not answered it yet; a picture that all have answered is not listed."""
    lacking: dict[str, list[str]] = {}
    for name, file in files.items():
        for picture in wanted.keys() - _read(file).keys():
            lacking.setdefault(picture, []).append(name)
    return {picture: lacking[picture] for picture in wanted if picture in lacking}


def _corrupted(image: Image.Image, cell: Cell, seed: int) -> Image.Image:
    return image if cell[0] == CLEAN else corrupt(image, *cell, seed)


def _file(cache: Path, model: Model, cell: Cell, seed: int) -> Path:
    programs = f"{machine_name()}-litert{version('ai-edge-litert')}-pillow{version('pillow')}"
    effect = hashlib.sha256(_corrupted(_probe(), cell, seed).tobytes()).hexdigest()
    name = f"{cell[0]}-{cell[1]}-seed{seed}-{effect[:12]}.npz"
    return cache / "robustness" / f"{model.sha256[:16]}-{programs}" / name


def _probe() -> Image.Image:
    """Return a small picture of ramps and edges, on which every corruption shows."""
    y, x = np.mgrid[0:24, 0:32]
    return Image.fromarray(np.stack([8 * x, 10 * y, 255 * ((x // 4 + y // 4) % 2)], axis=2).astype(np.uint8))


def _read(file: Path) -> Kept:
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return dict(zip(arrays["pictures"].tolist(), arrays["logits"], strict=True))
    # Not there, or not whole: then it is asked again.
    except Exception:
        return {}


def _write(file: Path, kept: Kept) -> None:
    def save(path: Path) -> None:
        np.savez(path, pictures=np.array(list(kept)), logits=np.stack(list(kept.values())))

    write_atomic(file, save)
