"""The stamps of files: what changes them, and that one look sees one state of everything."""

import os
from pathlib import Path

from dashboard.stamps import files_below, folders_in, is_current, once_a_look, one_look, stamp_of


def _written(path: Path, content: str, nanoseconds: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    os.utime(path, ns=(nanoseconds, nanoseconds))
    return path


def test_a_stamp_is_path_time_and_size(tmp_path: Path) -> None:
    here = _written(tmp_path / "here", "four", 1_700_000_000_123_456_789)
    away = tmp_path / "away"
    assert stamp_of(here, away) == ((str(here), 1_700_000_000_123_456_789, 4), (str(away), 0, -1))


def test_another_time_or_size_is_another_stamp(tmp_path: Path) -> None:
    file = _written(tmp_path / "file", "four", 1_000)
    before = stamp_of(file)
    assert is_current(before)
    _written(file, "fours", 1_000)
    assert not is_current(before)
    _written(file, "four", 2_000)
    assert not is_current(before)
    file.unlink()
    assert not is_current(before)


def test_one_look_sees_a_file_as_it_was_at_first_and_currency_is_asked_of_the_disk(tmp_path: Path) -> None:
    file = _written(tmp_path / "file", "four", 1_000)
    with one_look():
        before = stamp_of(file)
        _written(file, "changed", 2_000)
        assert stamp_of(file) == before
        assert not is_current(before)
    assert stamp_of(file) == ((str(file), 2_000, 7),)


def test_a_look_is_its_own_and_ends_with_its_block() -> None:
    values = iter(range(10))
    with one_look():
        assert [once_a_look("a", lambda: next(values)) for _ in range(3)] == [0, 0, 0]
        assert once_a_look("b", lambda: next(values)) == 1
        with one_look():
            assert once_a_look("a", lambda: next(values)) == 2
        assert once_a_look("a", lambda: next(values)) == 0
    assert [once_a_look("a", lambda: next(values)) for _ in range(2)] == [3, 4]


def test_folders_and_files_are_listed_in_order_without_what_is_hidden(tmp_path: Path) -> None:
    for name in ("b/two", "b/deep/er/three", "a/one", "loose", ".hidden", "b/.part"):
        _written(tmp_path / name, "", 1_000)
    assert folders_in(tmp_path) == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert files_below(tmp_path) == [str(tmp_path / name) for name in ("a/one", "b/deep/er/three", "b/two", "loose")]
    assert folders_in(tmp_path / "away") == []
    assert files_below(tmp_path / "away") == []
