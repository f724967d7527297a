"""Derived tables on disk: found again, derived anew when stale, damaged or foreign, and never an error."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashboard.kept import kept
from dashboard.stamps import Stamp

Keep = Callable[..., "Figure"]


@dataclass(frozen=True)
class Figure:
    value: float
    parts: tuple[int, ...] = ()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KD_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.txt"
    path.write_text("one")
    return path


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    return ((str(path), status.st_mtime_ns, status.st_size),)


def _keep(source: Path, value: float, *, whole: bool = True) -> tuple[Figure, bool]:
    """Return what is kept, and whether it was derived anew."""
    asked = []

    def derive() -> Figure:
        asked.append(value)
        return Figure(value, (1, 2))

    found = kept("figure", ("study", "run"), _stamp(source), Figure, derive, whole=lambda: whole)
    return found, bool(asked)


def _file(cache: Path) -> Path:
    (file,) = cache.glob("dashboard/figure/*.json")
    return file


def test_what_was_derived_is_found_again_with_its_types(cache: Path, source: Path) -> None:
    assert _keep(source, 0.1) == (Figure(0.1, (1, 2)), True)
    assert _keep(source, 9.0) == (Figure(0.1, (1, 2)), False)
    assert _file(cache).is_relative_to(cache)


def test_no_number_comes_back_as_none(cache: Path, source: Path) -> None:
    _keep(source, float("nan"))
    found, anew = _keep(source, 9.0)
    assert found.value != found.value
    assert not anew


def test_another_content_is_another_table_and_takes_the_place_of_the_older(cache: Path, source: Path) -> None:
    _keep(source, 0.1)
    source.write_text("two")
    assert _keep(source, 0.2) == (Figure(0.2, (1, 2)), True)
    assert json.loads(_file(cache).read_text())["value"]["value"] == 0.2


def test_what_was_derived_while_a_file_was_replaced_is_not_kept(cache: Path, source: Path) -> None:
    def derive() -> Figure:
        source.write_text("replaced meanwhile")
        return Figure(0.1)

    assert kept("figure", ("study", "run"), _stamp(source), Figure, derive, whole=lambda: True) == Figure(0.1)
    assert not list(cache.glob("dashboard/figure/*.json"))


def test_the_same_content_at_another_time_is_the_same_table(cache: Path, source: Path) -> None:
    _keep(source, 0.1)
    content = source.read_text()
    source.unlink()
    source.write_text(content)
    assert not _keep(source, 9.0)[1]


@pytest.mark.parametrize(
    "damage",
    [b"", b"\x80\x04 no text", b"[]", b"null", b'{"key": 1}', b"[" * 100_000, b'{"key": [], "value": {}, "sum": ""}'],
)
def test_a_damaged_or_foreign_file_is_replaced(damage: bytes, cache: Path, source: Path) -> None:
    _keep(source, 0.1)
    _file(cache).write_bytes(damage)
    assert _keep(source, 0.3) == (Figure(0.3, (1, 2)), True)
    assert _keep(source, 9.0) == (Figure(0.3, (1, 2)), False)


def test_a_changed_value_is_not_believed(cache: Path, source: Path) -> None:
    _keep(source, 0.1)
    file = _file(cache)
    file.write_text(file.read_text().replace("0.1", "0.9"))
    assert _keep(source, 0.1) == (Figure(0.1, (1, 2)), True)


def test_a_folder_in_the_place_of_the_file_and_a_cache_that_cannot_be_written_are_no_error(
    cache: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _keep(source, 0.1)
    file = _file(cache)
    file.unlink()
    (file / "inside").mkdir(parents=True)
    assert _keep(source, 0.4) == (Figure(0.4, (1, 2)), True)
    blocked = cache.parent / "a-file"
    blocked.write_text("no folder")
    monkeypatch.setenv("KD_CACHE_DIR", str(blocked))
    assert _keep(source, 0.5) == (Figure(0.5, (1, 2)), True)


def test_what_could_not_be_read_whole_is_not_kept(cache: Path, source: Path) -> None:
    assert _keep(source, 0.1, whole=False) == (Figure(0.1, (1, 2)), True)
    assert not list(cache.glob("dashboard/figure/*"))
