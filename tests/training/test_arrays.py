"""What is computed once is computed once, goes on after a kill, and is another thing under another key."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np
import pytest

from kd_core.progress import Silent
from kd_core.training import arrays
from kd_core.training.arrays import computed, kept_views, missing_bytes

SHAPE = (3, 50, 2)


class Computer:
    def __init__(self, fail_after: int | None = None) -> None:
        self.calls: list[tuple[int, tuple[int, ...]]] = []
        self.fail_after = fail_after

    def __call__(self, view: int, positions: np.ndarray) -> np.ndarray:
        if self.fail_after is not None and len(self.calls) >= self.fail_after:
            raise KeyboardInterrupt
        self.calls.append((view, tuple(positions)))
        return np.stack([np.full(len(positions), view), positions], axis=1)


EXPECTED = np.stack([np.stack([np.full(50, view), np.arange(50)], axis=1) for view in range(3)])


def get(cache, compute, key="a", views=3):
    return kept_views(cache, {"k": key}, views, SHAPE[1:], compute, batch=8, label="x", progress=Silent())


def test_computed_once(tmp_path):
    first = Computer()
    np.testing.assert_array_equal(get(tmp_path, first), EXPECTED)
    assert len(first.calls) == 3 * 7
    again = Computer()
    np.testing.assert_array_equal(get(tmp_path, again), EXPECTED)
    assert again.calls == []


def test_more_views_cost_only_themselves(tmp_path):
    get(tmp_path, Computer(), views=1)
    more = Computer()
    np.testing.assert_array_equal(get(tmp_path, more), EXPECTED)
    assert {view for view, _ in more.calls} == {1, 2}


def test_another_key_is_another_array(tmp_path):
    get(tmp_path, Computer())
    other = Computer()
    get(tmp_path, other, key="b")
    assert other.calls


def test_goes_on_after_a_kill(tmp_path, monkeypatch):
    monkeypatch.setattr(arrays, "_SAVED_EVERY", 8)
    with pytest.raises(KeyboardInterrupt):
        get(tmp_path, Computer(fail_after=10))
    rest = Computer()
    np.testing.assert_array_equal(get(tmp_path, rest), EXPECTED)
    assert 0 < len(rest.calls) <= 13
    assert not list(tmp_path.rglob("*.part")) and not list(tmp_path.rglob("*.done"))


def test_a_disk_too_small_is_said_before_anything_is_written(tmp_path, monkeypatch):
    from collections import namedtuple

    from kd_core.atomic import WriteError

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(1000, 900, 100))
    compute = Computer()
    with pytest.raises(WriteError, match="set KD_CACHE_DIR to a folder on a larger disk"):
        get(tmp_path, compute)
    assert compute.calls == []
    assert not list(tmp_path.rglob("*.part"))


def test_two_trainings_at_once_compute_a_view_once(tmp_path):
    both = [Computer(), Computer()]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda compute: get(tmp_path, compute), both))
    np.testing.assert_array_equal(found[0], EXPECTED)
    np.testing.assert_array_equal(found[1], EXPECTED)
    assert len(both[0].calls) + len(both[1].calls) == 3 * 7


def test_what_would_be_added_to_the_disk(tmp_path):
    key, shape = {"k": "a"}, SHAPE[1:]
    assert missing_bytes(tmp_path, key, 3, shape, np.float16) == 3 * 50 * 2 * 2
    get(tmp_path, Computer(), views=1)
    assert missing_bytes(tmp_path, key, 3, shape, np.uint8) == 2 * 50 * 2


def test_batches_without_end_are_computed_in_order_and_not_far_ahead():
    asked = []

    def compute(positions: np.ndarray) -> np.ndarray:
        asked.append(int(positions[0]))
        return positions * 10

    rows = computed(compute, (np.array([number]) for number in count()))
    assert [int(next(rows)[0]) for _ in range(5)] == [0, 10, 20, 30, 40]
    rows.close()
    assert len(asked) <= 7
    assert sorted(asked) == list(range(len(asked)))
