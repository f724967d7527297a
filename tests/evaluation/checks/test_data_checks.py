"""Checks of the pictures: each fires where copies or classes are as they should not be, and not where they are."""

import pandas as pd
import pytest

from tests.evaluation.checks.studies import Small


def same(first: str, second: str, n: int):
    """Return a change that makes the first ``n`` pictures of two splits copies of each other, class by class."""

    def change(frame: pd.DataFrame) -> None:
        one, other = (frame.index[frame["split"] == split] for split in (first, second))
        for left, right in zip(one[:n], other[:n], strict=True):
            frame.loc[right, "group"] = frame.loc[left, "group"]
            frame.loc[right, "label"] = frame.loc[left, "label"]

    return change


def test_a_leaked_split_is_a_warning(small: Small) -> None:
    small.index(same("train", "test", 5))
    assert small.codes() == [("KD002", "warning", None)]
    assert small.values("KD002") == {"split": "test", "leaked": 5, "n": 120, "share": 5 / 120}


@pytest.mark.parametrize(("leaked", "severity"), [(14, "warning"), (15, "error")])
def test_from_one_half_on_it_is_an_error(small: Small, leaked: int, severity: str) -> None:
    def change(frame: pd.DataFrame) -> None:
        frame.loc[frame.index[frame["split"] == "val"][:leaked], "group"] = frame["group"].iloc[0]

    small.index(change)
    assert ("KD002", severity, None) in small.codes()


def test_a_copy_that_was_left_out_of_training_is_no_leak(small: Small) -> None:
    def left_out(frame: pd.DataFrame) -> None:
        same("train", "test", 5)(frame)
        frame.loc[frame.index[:5], "used"] = "dropped: its copy stands in validation or test"

    small.index(left_out)
    assert small.codes() == []


def test_test_pictures_in_validation_are_found(small: Small) -> None:
    small.index(same("val", "test", 3))
    assert small.codes() == [("KD003", "warning", None)]
    assert small.values("KD003") == {"shared": 3, "n": 120, "share": 3 / 120}


def test_one_picture_under_two_labels_is_found(small: Small) -> None:
    def torn(frame: pd.DataFrame) -> None:
        test = frame[frame["split"] == "test"]
        cat, dog = test.index[test["label"] == "cat"][0], test.index[test["label"] == "dog"][0]
        frame.loc[dog, "group"] = frame.loc[cat, "group"]

    small.index(torn)
    assert small.codes() == [("KD004", "warning", None)]
    assert small.values("KD004") == {"groups": 1, "n": 2, "first": "test/cat/0.png", "second": "test/dog/0.png"}


def test_copies_within_a_class_of_one_split_are_not(small: Small) -> None:
    def twice(frame: pd.DataFrame) -> None:
        test = frame.index[frame["split"] == "test"]
        frame.loc[test[1], "group"] = frame.loc[test[0], "group"]

    small.index(twice)
    assert small.codes() == []


@pytest.mark.parametrize(("left", "found"), [(30, False), (29, True)])
def test_a_class_needs_thirty_test_pictures(small: Small, left: int, found: bool) -> None:
    def shrunk(frame: pd.DataFrame) -> None:
        dogs = frame.index[(frame["split"] == "test") & (frame["label"] == "dog")]
        # The index says that they are cows: what was evaluated stays the same set of pictures.
        frame.loc[dogs[left:], "label"] = "cow"

    small.index(shrunk)
    assert small.codes() == ([("KD014", "warning", None)] if found else [])
    if found:
        expected = {"count": 1, "classes": 3, "fewest": 30, "names": ("dog",), "smallest": 29}
        assert small.values("KD014") == expected
