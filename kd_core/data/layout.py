"""How a data folder is laid out: which folder is which split, and where a picture of the index lies."""

import re
from pathlib import Path

SPLITS = ("train", "val", "test")
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})

_SPLIT_OF = {
    "train": "train",
    "training": "train",
    "training data": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "validation data": "val",
    "test": "test",
    "testing": "test",
    "testing data": "test",
}


def split_folders(root: Path) -> dict[str, Path]:
    """Return the folder of each split below ``root`` that exists.

    Reads the Kaggle archive (``Training Data/Training Data/<class>/``, doubled or not) and any plain
    ``train|val|test/<class>/`` tree; upper and lower case, blanks and underscores do not matter.
    """
    found: dict[str, Path] = {}
    if not root.is_dir():
        return found
    for folder in sorted(root.iterdir()):
        split = _split_of(folder)
        if split is None:
            continue
        inner = [p for p in sorted(folder.iterdir()) if _split_of(p) == split]
        found.setdefault(split, inner[0] if inner else folder)
    return found


def find_picture(root: Path, path: str) -> Path | None:
    """Return the file of an index path (``split/class/file``) below ``root``, or None when it is not there."""
    split, _, rest = path.partition("/")
    folder = split_folders(root).get(split)
    if folder is None or not rest or ".." in Path(rest).parts:
        return None
    file = folder / rest
    return file if file.is_file() else None


def _split_of(folder: Path) -> str | None:
    if not folder.is_dir():
        return None
    return _SPLIT_OF.get(re.sub(r"[\s_-]+", " ", folder.name).strip().lower())
