"""Batches as functions of (seed, epoch, step): the same on every start, each picture once, shards that fit together."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from kd_core.artifacts import InputSpec
from kd_core.data.augment import Augmentation
from kd_core.data.mixing import Mixing
from kd_core.training.streams import (
    Examples,
    array_fetch,
    normalised,
    order_of,
    pixel_fetch,
    steps_per_epoch,
    training_stream,
)

COUNT, VIEWS = 23, 3


def numbered(targets: bool = True) -> Examples:
    """Inputs that say which view of which picture they are: [view, picture]."""
    values = np.stack([[[view, n] for n in range(COUNT)] for view in range(VIEWS)]).astype(np.float32)
    logits = values.astype(np.float16) * 10
    return Examples(
        fetch=array_fetch(values),
        shape=(2,),
        dtype=np.float32,
        labels=np.arange(COUNT) % 4,
        views=VIEWS,
        targets=logits if targets else None,
        classes=2,
    )


def read(stream) -> list[dict[str, np.ndarray]]:
    return [{name: tensor.numpy() for name, tensor in batch.items()} for batch in stream]


@given(st.integers(0, 2**31), st.integers(0, 500), st.integers(1, 200))
def test_an_order_is_a_permutation_that_its_seed_and_epoch_fix(seed, epoch, count):
    order = order_of(seed, epoch, count)
    np.testing.assert_array_equal(np.sort(order), np.arange(count))
    np.testing.assert_array_equal(order, order_of(seed, epoch, count))


def test_orders_differ_between_epochs_and_seeds():
    assert not np.array_equal(order_of(1, 0, 100), order_of(1, 1, 100))
    assert not np.array_equal(order_of(1, 0, 100), order_of(2, 0, 100))


def test_labels_targets_and_inputs_are_of_the_same_picture_and_the_epochs_view():
    batches = read(training_stream(numbered(), 5, seed=3, epochs=range(4)))
    assert len(batches) == 4 * 4
    for step, batch in enumerate(batches):
        views, pictures = batch["inputs"][:, 0], batch["inputs"][:, 1]
        assert set(views) == {(step // 4) % VIEWS}
        np.testing.assert_array_equal(batch["labels"], pictures.astype(int) % 4)
        np.testing.assert_array_equal(batch["targets"], batch["inputs"] * 10)


def test_an_epoch_shows_no_picture_twice():
    batches = read(training_stream(numbered(), 5, seed=3, epochs=range(1)))
    shown = np.concatenate([batch["inputs"][:, 1] for batch in batches])
    assert len(shown) == len(set(shown)) == 20


@settings(deadline=None, max_examples=10)
@given(st.integers(1, 4), st.integers(0, 100))
def test_starting_later_gives_what_the_whole_would_have_given(start, seed):
    whole = read(training_stream(numbered(), 5, seed, range(5)))
    resumed = read(training_stream(numbered(), 5, seed, range(start, 5)))
    for expected, batch in zip(whole[4 * start :], resumed, strict=True):
        np.testing.assert_array_equal(batch["inputs"], expected["inputs"])


def test_the_shards_of_two_workers_make_up_the_batch():
    whole = read(training_stream(numbered(), 6, 1, range(2)))
    shards = [read(training_stream(numbered(), 6, 1, range(2), part=part, parts=2)) for part in range(2)]
    for batch, first, second in zip(whole, *shards, strict=True):
        both = np.concatenate([first["inputs"], second["inputs"]])
        assert sorted(both[:, 1]) == sorted(batch["inputs"][:, 1])
        assert len(first["labels"]) == len(second["labels"]) == 3


def test_a_batch_in_which_nothing_is_mixed_shows_its_views_as_they_are():
    pictures = [Image.new("RGB", (8, 8), (number, 40, 200)) for number in range(3)]
    mixed = Augmentation(flip=True, mixing=Mixing(kind="cutmix", probability=1e-9))
    shown = [
        pixel_fetch(pictures, np.arange(3), (4, 4), how)(np.arange(3), 0)
        for how in (mixed, mixed.model_copy(update={"mixing": None}))
    ]
    np.testing.assert_array_equal(shown[0], shown[1])
    assert shown[0][:, 0, 0, 0].tolist() == [0, 1, 2]


def test_without_targets_there_are_none():
    assert set(read(training_stream(numbered(targets=False), 5, 1, range(1)))[0]) == {"inputs", "labels"}


def test_fewer_pictures_than_a_batch_still_make_one_step():
    assert steps_per_epoch(numbered(), 64) == 1
    assert len(read(training_stream(numbered(), 64, 1, range(1)))[0]["labels"]) == COUNT


def test_pixels_are_scaled_and_shifted_per_channel():
    pixels = np.arange(12, dtype=np.uint8).reshape(1, 1, 2, 2, 3) * 20
    examples = Examples(array_fetch(pixels), (2, 2, 3), np.uint8, np.zeros(1, np.int64))
    spec = InputSpec(height=2, width=2, scale=(0.5, 1.0, 2.0), offset=(1.0, 0.0, -1.0))
    batch = read(normalised(training_stream(examples, 1, 0, range(1)), spec))[0]
    np.testing.assert_allclose(batch["inputs"][0], pixels[0, 0] * np.array([0.5, 1, 2]) + np.array([1, 0, -1]))
    assert batch["inputs"].dtype == np.float32


@pytest.mark.parametrize("workers", [1, 3])
def test_every_worker_reads_only_its_own_rows(workers):
    asked: list[int] = []
    examples = numbered(targets=False)

    def fetch(positions, view):
        asked.extend(positions.tolist())
        return array_fetch(np.zeros((VIEWS, COUNT, 2), np.float32))(positions, view)

    watched = Examples(fetch, (2,), np.float32, examples.labels, VIEWS)
    read(training_stream(watched, 6, 1, range(1), part=0, parts=workers))
    assert len(asked) == 18 // workers
