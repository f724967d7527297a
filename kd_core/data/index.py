"""The index of a data set: every readable picture of every split, and a report of what was left out and why."""

import hashlib
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kd_core.atomic import write_atomic
from kd_core.data.duplicates import Thumbnails, groups_of, thumbnail
from kd_core.data.frame import DROPPED, HELD_OUT, TRAINED, fingerprint
from kd_core.data.layout import IMAGE_SUFFIXES, SPLITS, split_folders
from kd_core.data.load import PictureError, decode
from kd_core.errors import KdError
from kd_core.progress import Reporter, Silent

# Raised when copies are looked for in another way, so that what was kept before is read anew.
_VERSION = 2

HOW_TO_GET = "Fetch the data set with `make data`, or set KD_DATA_DIR to a folder that holds it."


class DataError(KdError):
    """The data folder is missing, empty, or cannot be trained on."""


@dataclass(frozen=True)
class DataIndex:
    """A data set on disk.

    ``frame`` has the columns of ``data.parquet`` (one row a picture, sorted by split and path); ``report`` has one
    row a file that was left out: ``path``, ``reason``.
    """

    root: Path
    frame: pd.DataFrame
    report: pd.DataFrame

    @property
    def classes(self) -> tuple[str, ...]:
        """The class names, sorted: the order of every logit vector."""
        return tuple(sorted(self.frame["label"].unique()))

    @property
    def fingerprint(self) -> str:
        """SHA-256 over every picture's path and content: the same data gives the same text anywhere."""
        return fingerprint(self.frame)

    def file(self, path: str) -> Path:
        """Return the file of one row's ``path``."""
        split, _, rest = path.partition("/")
        return split_folders(self.root)[split] / rest

    def files(self, frame: pd.DataFrame) -> list[Path]:
        """Return the files of many rows, in their order."""
        folders = split_folders(self.root)
        return [
            folders[split] / path.partition("/")[2] for split, path in zip(frame["split"], frame["path"], strict=True)
        ]


def build_index(
    root: Path, cache: Path | None = None, progress: Reporter | None = None, *, near_copies: bool = True
) -> DataIndex:
    """Read every picture below ``root`` once and return the index.

    Copies and near-copies (``kd_core.data.duplicates``) share a ``group``; without ``near_copies``, for pictures that
    are alike by nature, equal files alone do. ``leaked`` marks validation and test pictures whose group also stands in
    the training split. What was read and found is kept below ``cache`` and used
    again for as long as no file's name, size or time of change differs.

    Raises:
        DataError: if the folder is missing or holds no split, no picture, or a class that is not in all splits.
    """
    folders = split_folders(root)
    if not root.is_dir() or not folders:
        raise DataError(f"{root} is missing or holds no train, val and test folders. {HOW_TO_GET}")
    absent = [split for split in SPLITS if split not in folders]
    if absent:
        raise DataError(f"{root} has no folder for the split {absent[0]}: it needs train, val and test. {HOW_TO_GET}")
    found = [(split, file) for split in SPLITS for file in _files(folders[split])]
    kept = _kept(cache, root, found, near_copies)
    if kept is not None and kept.is_file():
        stored = json.loads(kept.read_text(encoding="utf-8"))
        frame, report = pd.DataFrame(stored["frame"]), pd.DataFrame(stored["report"], columns=["path", "reason"])
    else:
        told = progress or Silent()
        frame, report, thumbnails = _read_all(found, folders, told)
        groups = groups_of(thumbnails if near_copies else None, list(frame["sha256"]), told)
        frame = frame.assign(group=groups)
        if kept is not None:
            content = json.dumps({"frame": frame.to_dict("list"), "report": report.to_dict("records")})
            write_atomic(kept, content.encode())
    return DataIndex(root, _finished(frame, root), report)


def with_use(frame: pd.DataFrame, drop_leaks: bool) -> pd.DataFrame:
    """Return the index with ``used``: which pictures are trained on, and why the others are not."""
    held_out = frame["split"] != "train"
    dropped = ~held_out & frame["group"].isin(frame.loc[held_out, "group"]) & drop_leaks
    used = pd.Series(TRAINED, index=frame.index).mask(held_out, HELD_OUT).mask(dropped, DROPPED)
    return frame.assign(used=used)


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            yield from (file for file in sorted(entry.rglob("*")) if file.is_file())


def _kept(cache: Path | None, root: Path, found: list[tuple[str, Path]], near_copies: bool) -> Path | None:
    if cache is None:
        return None
    digest = hashlib.sha256(f"{_VERSION} {near_copies} {root.resolve()}".encode())
    for split, file in found:
        status = file.stat()
        digest.update(f"{split} {file.relative_to(root)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return cache / "index" / f"{digest.hexdigest()[:20]}.json"


def _read_all(
    found: list[tuple[str, Path]], folders: dict[str, Path], progress: Reporter
) -> tuple[pd.DataFrame, pd.DataFrame, Thumbnails]:
    rows: list[dict[str, object]] = []
    left_out: list[dict[str, str]] = []
    thumbnails: list[tuple[np.ndarray, np.ndarray]] = []
    with (
        progress.task("Reading pictures", len(found)) as advance,
        ThreadPoolExecutor(2 * (os.cpu_count() or 1)) as pool,
    ):
        for (split, file), outcome in zip(found, pool.map(_read, (file for _, file in found)), strict=True):
            path = f"{split}/{file.relative_to(folders[split]).as_posix()}"
            if isinstance(outcome, str):
                left_out.append({"path": path, "reason": outcome})
            else:
                content, size, small = outcome
                row = {"split": split, "path": path, "label": path.split("/")[1], "sha256": content}
                rows.append(row | dict(zip(("width", "height"), size, strict=True)))
                thumbnails.append(small)
            advance()
    columns = ["split", "path", "label", "sha256", "width", "height"]
    report = pd.DataFrame(left_out, columns=["path", "reason"])
    return pd.DataFrame(rows, columns=columns), report, Thumbnails.of(thumbnails)


def _read(file: Path) -> tuple[str, tuple[int, int], tuple[np.ndarray, np.ndarray]] | str:
    if file.suffix.lower() not in IMAGE_SUFFIXES:
        return f"not a picture: its name does not end in {', '.join(sorted(IMAGE_SUFFIXES))}"
    try:
        content = file.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if not content:
        return "empty file"
    try:
        image = decode(content)
    except PictureError as error:
        return f"cannot be decoded: {error.__cause__}"
    return hashlib.sha256(content).hexdigest(), image.size, thumbnail(image)


def _finished(frame: pd.DataFrame, root: Path) -> pd.DataFrame:
    if frame.empty:
        raise DataError(f"{root} holds no readable picture. {HOW_TO_GET}")
    for label, splits in frame.groupby("label")["split"].unique().items():
        lacking = [split for split in SPLITS if split not in set(splits)]
        if lacking:
            raise DataError(
                f"{root}: the class {label} has no readable picture in the split {lacking[0]}: "
                "add some, or remove the class from the other splits."
            )
    frame = frame.assign(order=frame["split"].map({split: i for i, split in enumerate(SPLITS)}))
    frame = frame.sort_values(["order", "path"]).drop(columns="order").reset_index(drop=True)
    frame = frame.assign(group=pd.factorize(frame["group"])[0])
    leaked = (frame["split"] != "train") & frame["group"].isin(frame.loc[frame["split"] == "train", "group"])
    return with_use(frame.assign(leaked=leaked), drop_leaks=False)
