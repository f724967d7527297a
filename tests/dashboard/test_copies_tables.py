"""Pictures beside their copies."""

import pandas as pd

from dashboard.tables.copies import Kind, copy_pairs, found_pairs


def index(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Return an index of rows "split/class/file", content and group."""
    frame = pd.DataFrame(rows, columns=["path", "sha256", "group"])
    return frame.assign(split=frame["path"].str.partition("/")[0])


def pairs(frame: pd.DataFrame, split: str, beside: str) -> list[tuple[str, str, bool]]:
    return list(copy_pairs(frame, Kind(split, beside)).itertuples(index=False, name=None))


def test_a_leaked_picture_stands_beside_an_altered_copy_before_an_equal_one() -> None:
    equal, altered = ("train/cat/0", "d", 2), ("train/cat/9", "x", 2)
    test, alone = ("test/cat/1", "d", 2), ("test/dog/1", "e", 4)
    assert pairs(index(test, alone, equal), "test", "train") == [("test/cat/1", "train/cat/0", True)]
    assert pairs(index(test, alone, equal, altered), "test", "train") == [("test/cat/1", "train/cat/9", False)]
    assert pairs(index(test, alone, equal, altered), "val", "train") == []


def test_pictures_come_in_the_order_of_their_contents() -> None:
    frame = index(("val/cat/1", "b", 1), ("val/dog/1", "a", 2), ("train/cat/1", "c", 1), ("train/dog/1", "d", 2))
    assert [path for path, _, _ in pairs(frame, "val", "train")] == ["val/dog/1", "val/cat/1"]


def test_within_a_split_every_picture_but_the_first_stands_beside_an_earlier_one() -> None:
    frame = index(
        ("train/cat/1", "a", 1), ("train/cat/2", "b", 1), ("train/cat/3", "b", 1), ("train/cat/4", "c", 2),
        ("test/cat/1", "d", 1),
    )  # fmt: skip
    # The third has an equal copy and an altered one before it.
    assert pairs(frame, "train", "train") == [
        ("train/cat/2", "train/cat/1", False),
        ("train/cat/3", "train/cat/1", False),
    ]
    assert pairs(frame, "test", "test") == []


def test_only_kinds_that_occur_are_found_leaks_first() -> None:
    frame = index(
        ("train/cat/1", "a", 1), ("train/cat/2", "a", 1), ("val/cat/1", "b", 1), ("test/cat/1", "c", 2),
        ("val/cat/2", "c", 2), ("test/dog/1", "d", 3),
    )  # fmt: skip
    found = found_pairs(frame)
    assert [kind.write() for kind in found] == ["val-train", "test-val", "train-train"]
    assert found[Kind("test", "val")].values.tolist() == [["test/cat/1", "val/cat/2", True]]
    assert found_pairs(frame[frame["group"] == 3]) == {}
