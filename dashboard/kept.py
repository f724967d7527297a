"""Derived tables kept on disk between two servers, below ``KD_CACHE_DIR``: found again by content, never believed.

An entry names the content of every file that it was derived from, and of the code that derived it. One that names
others is stale, one that cannot be read, does not hold to its schema or is not what was written is damaged: either is
derived anew and replaced. A cache that cannot be written is no cache, and nothing more.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Hashable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from dashboard.memory import remembered
from dashboard.stamps import Stamp, is_current
from kd_core.atomic import WriteError, write_atomic
from kd_core.paths import PROJECT, cache_dir

T = TypeVar("T")
# Whose change may change what is derived: more than does, rather than less.
CODE = ("dashboard", "kd_core")

_log = logging.getLogger(__name__)


def kept(
    kind: str,
    name: Sequence[str],
    sources: Stamp,
    schema: type[T],
    derive: Callable[[], T],
    *,
    whole: Callable[[], bool],
) -> T:
    """Return what was derived from these files before, else derive and keep it.

    Args:
        kind: of the derived table; a folder of the cache.
        name: what it is about, such as study, run and split; another content under the same name replaces the older.
        sources: the stamps of all files that it is derived from.
        schema: its type, which pydantic can write and read.
        derive: derives it.
        whole: asked after that: False, where something could not be read, and nothing is kept; nor is it where one of
            the files was replaced meanwhile.
    """
    file = cache_dir() / "dashboard" / kind / f"{_digest(json.dumps(name).encode())}.json"
    key = [*name, _code(), *(_content(*one) for one in sources)]
    found = _read(file, key, schema)
    if found is not None:
        return found
    made = derive()
    if whole() and is_current(sources):
        value = _adapter(cast(Hashable, schema)).dump_python(made)
        try:
            write_atomic(file, json.dumps({"key": key, "value": value, "sum": _sum(value)}).encode())
        except WriteError as error:
            _log.info("a derived table is not kept: %s", error)
    return made


def _read(file: Path, key: Sequence[str], schema: type[T]) -> T | None:
    """Return what a file of the cache holds, if it is whole and of this key."""
    try:
        entry = json.loads(file.read_bytes())
        if entry["key"] != key or entry["sum"] != _sum(entry["value"]):
            return None
        found: T = _adapter(cast(Hashable, schema)).validate_python(entry["value"])
        return found
    # Whatever lies there in its place: it is replaced.
    except (OSError, ValueError, LookupError, TypeError, RecursionError, ValidationError):
        return None


@cache
def _adapter(schema: Hashable) -> TypeAdapter[Any]:
    named: Any = schema
    return TypeAdapter(named)


def _sum(value: Any) -> str:
    return _digest(json.dumps(value).encode())


@remembered(max_entries=16384, shared=True)
def _content(path: str, modified: int, size: int) -> str:
    """Return a digest of a file's content, empty where there is none; read once for each of its stamps."""
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()
    except OSError:
        return ""


@cache
def _code() -> str:
    files = [file for folder in CODE for file in sorted((PROJECT / folder).glob("**/*.py"))]
    return _digest(b"".join(file.read_bytes() for file in files))


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=20).hexdigest()
