"""Reading one file of the artifacts: what it holds, or a sentence that says what is wrong with it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
from pydantic import ValidationError

from kd_core.errors import KdError

T = TypeVar("T")


class ArtifactError(KdError):
    """An artifact is missing, truncated, of another schema, or not an artifact at all."""


@dataclass(frozen=True)
class Problem:
    """Something under ``artifacts`` that could not be read, and why."""

    path: Path
    sentence: str


def read_file(path: Path, reader: Callable[[Path], T]) -> T:
    """Return what ``reader`` makes of a file.

    Raises:
        ArtifactError: if the file is missing, or the reader fails on it.
    """
    if not path.is_file():
        raise ArtifactError(f"{path} is missing: restore it, or train the run again.")
    try:
        return reader(path)
    # A damaged file can raise anything that a parser raises; the reader's part is to say which file it was.
    except Exception as error:
        raise ArtifactError(f"{path} cannot be read ({type(error).__name__}): restore it, or make it again.") from error


def read_json(path: Path) -> Any:
    """Return what a JSON file holds, not validated.

    Raises:
        ArtifactError: if the file is missing or damaged.
    """
    return read_file(path, lambda p: json.loads(p.read_text(encoding="utf-8")))


def validated(path: Path, build: Callable[[], T]) -> T:
    """Return what ``build`` makes of the content of a file.

    Raises:
        ArtifactError: if the content does not hold to its schema.
    """
    try:
        return build()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ArtifactError(f"{path}: {where}: {first['msg']}. Restore the file, or make it again.") from error


def with_columns(path: Path, frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the table of a file.

    Raises:
        ArtifactError: if it lacks one of the columns.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ArtifactError(f"{path} lacks the column {missing[0]}: make it again.")
    return frame
