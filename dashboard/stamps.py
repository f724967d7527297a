"""What the files of the artifacts were like when they were looked at: the key of whatever is derived from them."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

T = TypeVar("T")
Stamp = tuple[tuple[str, int, int], ...]

_seen: ContextVar[dict[str, Any] | None] = ContextVar("what this look at the artifacts has seen", default=None)


@contextmanager
def one_look() -> Iterator[None]:
    """Look at each file only once until the end of this block, for a page or a report: it shows one state of them all.

    A page asks for the runs of a study dozens of times, and there may be hundreds, of several files each. A fragment
    that runs again without its page looks anew.
    """
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def once_a_look(key: str, look: Callable[[], T]) -> T:
    """Return what ``look`` gives, or gave under the same key since ``one_look`` began; nobody changes it."""
    seen = _seen.get()
    if seen is None:
        return look()
    if key not in seen:
        seen[key] = look()
    return cast(T, seen[key])


def stamp_of(*paths: Path | str) -> Stamp:
    """Return path, modification time in ns and size in bytes of each file; one that is not there has size -1."""
    return tuple(once_a_look(str(path), partial(_stamp, str(path))) for path in paths)


def is_current(stamp: Stamp) -> bool:
    """Return whether all files of a stamp are, at this moment, as they were when it was made."""
    return all(_stamp(path) == (path, modified, size) for path, modified, size in stamp)


def folders_in(folder: Path) -> list[str]:
    """Return the paths of all folders in a folder by name; none if it is not there."""
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.path for entry in entries if entry.is_dir())
    except OSError:
        return []


def files_below(folder: Path) -> list[str]:
    """Return the paths of all files below a folder in a fixed order, but for those whose name begins with a dot."""
    return sorted(
        f"{place}/{name}" for place, _, names in os.walk(folder) for name in names if not name.startswith(".")
    )


def _stamp(path: str) -> tuple[str, int, int]:
    try:
        status = Path(path).stat()
    except OSError:
        return path, 0, -1
    return path, status.st_mtime_ns, status.st_size
