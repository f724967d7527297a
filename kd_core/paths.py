"""Where things lie on this machine: data, artifacts and cache, each movable by an environment variable."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Return the folder of the photos: ``KD_DATA_DIR``, else ``data/animals15`` in the project."""
    return Path(os.environ.get("KD_DATA_DIR") or PROJECT / "data" / "animals15").expanduser()


def artifacts_dir() -> Path:
    """Return the folder of the artifacts: ``KD_ARTIFACTS_DIR``, else ``artifacts`` in the project."""
    return Path(os.environ.get("KD_ARTIFACTS_DIR") or PROJECT / "artifacts").expanduser()


def cache_dir() -> Path:
    """Return the folder for what can be made again: ``KD_CACHE_DIR``, else the user's cache folder.

    Checkpoints, live histories, cached features and targets go there, never into the artifacts.
    """
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("KD_CACHE_DIR") or Path(base) / "kd_core").expanduser()
