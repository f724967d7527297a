import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kd_core.atomic import WriteError, atomic_folder, write_atomic

FULL = Path("/dev/full")  # every write to it is answered with a real ENOSPC by the kernel


def _names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_write_atomic_makes_the_folder_and_replaces_an_older_file(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b.bin"
    write_atomic(file, b"one")
    write_atomic(file, b"two")
    assert file.read_bytes() == b"two"
    assert _names(file.parent) == ["b.bin"]


def test_write_atomic_gives_a_path_with_the_suffix(tmp_path: Path) -> None:
    # np.savez appends ".npz" to any other name: the file would then lie beside the one that is moved.
    write_atomic(tmp_path / "h.npz", lambda path: np.savez(path, kernel=np.arange(3)))
    with np.load(tmp_path / "h.npz") as arrays:
        assert arrays["kernel"].tolist() == [0, 1, 2]
    assert _names(tmp_path) == ["h.npz"]


def test_what_is_written_can_be_read_by_others(tmp_path: Path) -> None:
    write_atomic(tmp_path / "plain", b"")
    with atomic_folder(tmp_path / "run"):
        pass
    (tmp_path / "ordinary").mkdir()
    assert stat.S_IMODE((tmp_path / "run").stat().st_mode) == stat.S_IMODE((tmp_path / "ordinary").stat().st_mode)
    assert (tmp_path / "plain").stat().st_mode & stat.S_IRUSR


def _bytes(path: Path) -> None:
    path.write_bytes(b"x" * 100_000)


def _arrays(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, a=np.zeros(100_000))


def _parquet(path: Path) -> None:
    pd.DataFrame({"a": np.zeros(100_000)}).to_parquet(str(path))


def _text_only(path: Path) -> None:
    raise RuntimeError("Unable to write (errno = 28, error message = 'No space left on device')")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, which Linux has")
@pytest.mark.parametrize("writer", [_bytes, _arrays, _parquet, _text_only])
def test_a_full_disk_is_one_sentence_and_leaves_the_older_file(tmp_path: Path, writer: Callable[[Path], None]) -> None:
    file = tmp_path / "predictions.parquet"
    file.write_bytes(b"older")

    def write(path: Path) -> None:
        path.symlink_to(FULL)
        writer(path)

    with pytest.raises(WriteError, match=r"^The disk is full: .*predictions\.parquet .* Free some space"):
        write_atomic(file, write)
    assert file.read_bytes() == b"older"
    assert _names(tmp_path) == ["predictions.parquet"]


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full, which Linux has")
@pytest.mark.parametrize("writer", [_bytes, _arrays, _parquet, _text_only])
def test_a_full_disk_in_the_block_leaves_no_folder(tmp_path: Path, writer: Callable[[Path], None]) -> None:
    with (
        pytest.raises(WriteError, match=r"^The disk is full: .*student could not be written"),
        atomic_folder(tmp_path / "student") as folder,
    ):
        (folder / "history.csv").write_text("epoch\n")
        (folder / "big").symlink_to(FULL)
        writer(folder / "big")
    assert _names(tmp_path) == []


def test_a_file_in_the_way_of_the_folder_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match=r"file/a\.json cannot be written \(.*make its folder writable"):
        write_atomic(tmp_path / "file" / "a.json", b"")
    with pytest.raises(WriteError, match=r"file/run cannot be written"), atomic_folder(tmp_path / "file" / "run"):
        pass


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_crash_in_the_block_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "a").write_text("older")
    with pytest.raises(error), atomic_folder(target, replace=True) as folder:
        (folder / "a").write_text("newer")
        assert (target / "a").read_text() == "older"
        raise error
    assert (target / "a").read_text() == "older"
    assert _names(tmp_path) == ["run"]


def test_an_error_about_something_else_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), atomic_folder(tmp_path / "run"):
        (tmp_path / "no such picture").read_bytes()
    assert _names(tmp_path) == []


def test_a_taken_target_is_refused_before_the_block_runs(tmp_path: Path) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "a").write_text("older")
    ran = False
    with pytest.raises(WriteError, match=r"run is there already.*--force"), atomic_folder(target):
        ran = True
    assert not ran
    assert (target / "a").read_text() == "older"


def test_a_target_taken_meanwhile_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "run"
    with pytest.raises(WriteError, match="is there already"), atomic_folder(target):
        target.mkdir()
        (target / "a").write_text("theirs")
    assert (target / "a").read_text() == "theirs"
    assert _names(tmp_path) == ["run"]


def test_replacing_leaves_nothing_of_the_older_folder(tmp_path: Path) -> None:
    target = tmp_path / "run"
    target.mkdir()
    (target / "old").write_text("")
    with atomic_folder(target, replace=True) as folder:
        (folder / "new").write_text("")
        assert folder.name.startswith(".")
    assert _names(target) == ["new"]
    assert _names(tmp_path) == ["run"]


def test_an_empty_folder_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with atomic_folder(tmp_path / "run") as folder:
        (folder / "a").write_text("")
    assert _names(tmp_path / "run") == ["a"]
