"""Views drawn once are the pixels that drawing them anew gives, and nothing is kept where the disk is small."""

from collections import namedtuple

import numpy as np
import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.data.augment import Augmentation
from kd_core.data.index import build_index
from kd_core.data.mixing import Mixing
from kd_core.data.synthetic import draw
from kd_core.progress import Silent
from kd_core.study import parse_study
from kd_core.training import streams
from kd_core.training.drawn import drawn
from kd_core.training.job import Job
from tests.conftest import TINY

VIEWS = Augmentation(views=3, seed=4, flip=True, area=0.5, aspect=1.25, colour=0.2)
MIXED = VIEWS.model_copy(update={"mixing": Mixing(kind="cutmix")})


@pytest.fixture
def job(tmp_path):
    root = tmp_path / "set"
    draw(root, per_split={"train": 3, "val": 1, "test": 1}, size=40, seed=0)
    study = parse_study({"runs": {"scratch": TINY["runs"]["scratch"] | {"epochs": 1}}}, "some", "some.toml")
    index = build_index(root, near_copies=False)
    return Job(study, index, ArtifactStore(tmp_path / "artifacts"), tmp_path / "cache", Silent())


@pytest.mark.parametrize("augmentation", [Augmentation(), VIEWS, MIXED], ids=["plain", "views", "mixed"])
def test_kept_views_are_those_that_are_drawn_anew(job, augmentation):
    rows = job.training_rows
    fresh, kept = job.pixels(rows, 32, augmentation), drawn(job, rows, 32, augmentation, epochs=9)
    positions = np.array([44, 0, 7, 7, 30])
    for view in range(augmentation.views):
        found = kept.fetch(positions, view)
        assert found.dtype == np.uint8
        np.testing.assert_array_equal(found, fresh.fetch(positions, view))
    assert (kept.views, kept.shape, len(kept)) == (fresh.views, fresh.shape, len(fresh))
    np.testing.assert_array_equal(kept.labels, fresh.labels)


def test_what_was_drawn_is_not_drawn_again_and_no_view_beyond_the_epochs(job, monkeypatch):
    rows = job.training_rows
    drawn(job, rows, 32, VIEWS, epochs=2)
    assert len(list((job.cache / "arrays").glob("*.npy"))) == 2
    monkeypatch.setattr(streams, "render", None)
    assert drawn(job, rows, 32, VIEWS, epochs=2).fetch(np.arange(45), 1).shape == (45, 32, 32, 3)
    # Another size and other mixtures are other views: they would have to be drawn.
    for size, augmentation in ((64, VIEWS), (32, MIXED)):
        with pytest.raises(TypeError):
            drawn(job, rows, size, augmentation, epochs=2)


@pytest.mark.parametrize(("spare", "files"), [(-1, 0), (0, 3)])
def test_at_most_half_of_the_free_disk_is_taken(job, monkeypatch, spare, files):
    rows = job.training_rows
    needed = 3 * 45 * 32 * 32 * 3
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(10 * needed, 0, 2 * needed + spare))
    job.pixels(rows, 32).fetch(np.arange(1), 0)
    fetched = drawn(job, rows, 32, VIEWS, epochs=3).fetch(np.array([5, 2]), 2)
    np.testing.assert_array_equal(fetched, job.pixels(rows, 32, VIEWS).fetch(np.array([5, 2]), 2))
    assert len(list((job.cache / "arrays").glob("*.npy"))) == files
