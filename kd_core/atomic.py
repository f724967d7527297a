"""Writing in one step: a reader sees a whole file or folder, or none."""

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kd_core.errors import KdError


class WriteError(KdError):
    """Something could not be written: a full disk, a folder that may not be written, a target that is taken."""


def write_atomic(path: Path, content: bytes | Callable[[Path], object]) -> None:
    """Write one file, replacing an older one of that name in one step.

    Args:
        path: the file; its folder is created where it is missing.
        content: the bytes, or a function that writes the file at the path that it is given. That path has the same
            suffix, since some libraries choose a format by it or append it.

    Raises:
        WriteError: if the disk is full or the folder may not be written. The older file is then still whole.
    """
    temporary = _hidden(path, path.suffix)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            temporary.write_bytes(content)
        else:
            content(temporary)
        temporary.replace(path)
    except Exception as error:
        if isinstance(error, OSError) or _is_disk_full(error):
            raise _sentence(path, error) from error
        raise
    finally:
        with suppress(OSError):
            temporary.unlink()


def require_space(folder: Path, size: int) -> None:
    """Check that a file of ``size`` bytes has room in ``folder``, which exists.

    Needed before a file is mapped into memory: where the disk fills up under a mapping, the process is killed.

    Raises:
        WriteError: if there is no room.
    """
    free = shutil.disk_usage(folder).free
    if free < size:
        raise WriteError(
            f"{folder} has {free / 1e9:.2f} GB free and {size / 1e9:.2f} GB are needed: "
            "make room, or set KD_CACHE_DIR to a folder on a larger disk."
        )


@contextmanager
def atomic_folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a hidden, empty folder beside ``target`` that becomes ``target`` in one step when the block succeeds.

    Where the block fails, by an interrupt too, the hidden folder is removed and ``target`` is as it was.

    Args:
        target: the folder to make; its parents are created. An empty folder of that name counts as none.
        replace: whether a folder that is there already is replaced. It is moved aside first and removed last.

    Raises:
        WriteError: if ``target`` is there and ``replace`` is False (checked before the block runs), if the disk is
            full (whichever library says so inside the block), or if the folder may not be written.
    """
    if not replace:
        _refuse_taken(target)
    folder = _hidden(target)
    try:
        with _as_sentence(target):
            folder.mkdir(parents=True)
        try:
            yield folder
        except Exception as error:
            if _is_disk_full(error):
                raise _sentence(target, error) from error
            raise
        with _as_sentence(target):
            _move_into_place(folder, target, replace)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move_into_place(folder: Path, target: Path, replace: bool) -> None:
    if not (replace and target.exists()):
        _refuse_taken(target)
        folder.rename(target)
        return
    aside = target.rename(_hidden(target, ".old"))
    try:
        folder.rename(target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _refuse_taken(target: Path) -> None:
    if target.is_dir() and not any(target.iterdir()):
        return
    if os.path.lexists(target):
        raise WriteError(f"{target} is there already: keep it, or remove it first (a run: use --force).")


def _hidden(path: Path, suffix: str = "") -> Path:
    # Not tempfile: mkdtemp and mkstemp make what only the owner can read, and it would stay so after the move.
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{suffix}")


@contextmanager
def _as_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _sentence(path, error) from error


def _is_disk_full(error: Exception) -> bool:
    """Whether a library reports a full disk: TensorFlow and HDF5 do so without an errno, in the text only."""
    if isinstance(error, KdError):
        return False
    full = (errno.ENOSPC, errno.EDQUOT)
    return getattr(error, "errno", None) in full or any(os.strerror(code) in str(error) for code in full)


def _sentence(path: Path, error: Exception) -> WriteError:
    elsewhere = "point KD_ARTIFACTS_DIR, KD_CACHE_DIR or KD_DATA_DIR to another disk"
    if _is_disk_full(error):
        return WriteError(
            f"The disk is full: {path} could not be written and nothing of it was kept. "
            f"Free some space, or {elsewhere}, and run the command again."
        )
    reason = getattr(error, "strerror", None) or error
    return WriteError(f"{path} cannot be written ({reason}): make its folder writable, or {elsewhere}.")
