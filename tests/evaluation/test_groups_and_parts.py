"""Near-copies and the leak-free part, looked up in the index."""

import numpy as np
import pandas as pd
import pytest

from kd_core.artifacts import Predictions
from kd_core.evaluation.groups import group_sums, picture_groups
from kd_core.evaluation.parts import CLEAN, WHOLE, parts


def _answers(*paths: str) -> Predictions:
    n = len(paths)
    return Predictions(
        ("Cat", "Dog"), np.array(["test"] * n), np.array(paths, object), np.zeros(n, int), np.zeros((n, 2), np.float32)
    )


def _index(**columns: list) -> pd.DataFrame:
    used = ["held out"] * 4
    return pd.DataFrame({"path": ["a", "b", "c", "d"], "group": [7, 7, 3, 9], "used": used} | columns)


def _trained(*groups: int) -> pd.DataFrame:
    """Return the index with one more picture of each of these groups, which was trained on."""
    rows = pd.DataFrame({"path": [f"train/{group}" for group in groups], "group": groups, "used": "trained"})
    return pd.concat([_index(), rows], ignore_index=True)


def test_near_copies_share_a_number_and_unlisted_pictures_stand_alone():
    found = picture_groups(_answers("d", "b", "x", "a", "y"), _index())
    assert found[1] == found[3]
    assert len(set(found.tolist())) == 4


def test_a_missing_group_is_a_group_of_its_own():
    found = picture_groups(_answers("a", "b", "c"), _index(group=[None, None, 3, 9]))
    assert len(set(found.tolist())) == 3


def test_without_an_index_every_picture_stands_alone():
    assert picture_groups(_answers("a", "b"), None).tolist() == [0, 1]
    assert list(parts(_answers("a", "b"), None)) == [WHOLE]


def test_the_leak_free_part_is_left_out_where_it_is_empty():
    found = parts(_answers("a", "c"), _trained(7))
    assert {part: mask.tolist() for part, mask in found.items()} == {WHOLE: [True, True], CLEAN: [False, True]}
    assert list(parts(_answers("a", "b"), _trained(7, 9))) == [WHOLE]


def test_sums_of_groups_are_theirs_in_the_order_of_their_numbers() -> None:
    values = np.array([0.5, 2.0, -1.0, 4.0])
    assert group_sums(values, np.array([9, 2, 9, 5])).tolist() == [2.0, 4.0, -0.5]
    assert group_sums(values > 0, None).tolist() == [1.0, 1.0, 0.0, 1.0]
    with pytest.raises(ValueError, match="one group for each of 4"):
        group_sums(values, np.array([1, 2]))
