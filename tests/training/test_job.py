"""What a run may see: training pictures to learn from, validation pictures without a copy among them to select by."""

import shutil

import numpy as np
import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.data.index import build_index
from kd_core.data.synthetic import draw
from kd_core.progress import Silent
from kd_core.study import parse_study
from kd_core.training.job import Job
from tests.conftest import TINY


@pytest.fixture
def leaking(tmp_path):
    """Return a function that gives a job on a set in which one validation and one test picture stand in training."""
    root = tmp_path / "set"
    draw(root, per_split={"train": 3, "val": 2, "test": 2}, size=32, seed=0)
    first = sorted((root / "train").iterdir())[0]
    originals = sorted(first.iterdir())
    shutil.copy(originals[0], root / "val" / first.name / "copy.png")
    shutil.copy(originals[1], root / "test" / first.name / "copy.png")

    def make(drop_leaks: bool) -> Job:
        raw = {"data": {"drop_leaks": drop_leaks}, "runs": {"scratch": TINY["runs"]["scratch"] | {"epochs": 1}}}
        study = parse_study(raw, "leaks", "leaks.toml")
        return Job(
            study,
            build_index(root, near_copies=False),
            ArtifactStore(tmp_path / "artifacts"),
            tmp_path / "cache",
            Silent(),
        )

    return make


def test_epochs_are_selected_on_validation_pictures_without_a_copy_in_training(leaking):
    job = leaking(drop_leaks=False)
    assert len(job.training_rows) == 45
    assert len(job.validation_rows) == 30
    assert not job.validation_rows["path"].str.endswith("copy.png").any()
    assert len(job.evaluation_rows) == 62


def test_dropped_copies_are_not_trained_on_and_validation_is_whole_again(leaking):
    job = leaking(drop_leaks=True)
    assert len(job.training_rows) == 43
    assert len(job.validation_rows) == 31
    assert job.frame["used"].value_counts().filter(like="dropped").sum() == 2


def test_examples_are_the_pictures_with_their_labels(leaking):
    job = leaking(drop_leaks=False)
    rows = job.training_rows
    examples = job.pixels(rows, 32)
    from kd_core.data.load import load_pixels

    for position in (0, 20, 44):
        file = job.index.file(rows["path"].iloc[position])
        np.testing.assert_array_equal(examples.fetch(np.array([position]), 0)[0], load_pixels(file, 32, 32))
        assert job.index.classes[examples.labels[position]] == rows["label"].iloc[position]


def test_other_settings_and_other_data_are_kept_apart(leaking):
    one, two = leaking(drop_leaks=False), leaking(drop_leaks=True)
    assert one.state_folder("scratch") != two.state_folder("scratch")
    assert one.data_key(one.training_rows) != two.data_key(two.training_rows)
