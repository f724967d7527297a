"""What a run may see: training pictures to learn from, validation pictures without a copy among them to select by."""

import shutil

import numpy as np
import pytest

from kd_core.artifacts import ArtifactStore, RunRecord
from kd_core.artifacts.schema import DataUse
from kd_core.artifacts.write import run_folder, write_record
from kd_core.data.frame import learned
from kd_core.data.index import build_index
from kd_core.data.synthetic import draw
from kd_core.progress import Silent
from kd_core.stages import write_index
from kd_core.study import parse_study
from kd_core.training.job import Job
from kd_core.training.restored import RestoreError, require_unseen
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


def finished(job: Job, study: str, dropped: int) -> RunRecord:
    """Write the record of a run that was trained on a set of which so many copies were left out."""
    use = DataUse(fingerprint=job.index.fingerprint, splits={"train": 45 - dropped}, dropped=dropped)
    names = job.index.classes
    record = RunRecord(study=study, run="made", stage="scratch", network="student3", classes=names, data=use)
    with run_folder(job.store.root, study, "made", replace=True) as folder:
        write_record(folder, record)
    return record


def test_what_a_finished_run_learned_stays_learned_although_it_would_be_left_out_today(leaking):
    with_copies, without = leaking(drop_leaks=False), leaking(drop_leaks=True)
    write_index(with_copies)
    finished(with_copies, "leaks", dropped=0)
    write_index(without)
    index = without.store.index("leaks")
    assert index["used"].value_counts()["trained"] == 45
    copy = index[index["path"].str.endswith("copy.png") & (index["split"] == "test")]
    assert learned(index)[copy.index].all()
    # Made anew without the copies, it no longer holds on to them.
    finished(without, "leaks", dropped=2)
    write_index(without)
    assert without.store.index("leaks")["used"].value_counts()["trained"] == 43


def test_weights_that_have_learned_what_a_study_leaves_out_are_not_gone_on_from(leaking):
    job = leaking(drop_leaks=True)
    require_unseen(job, finished(job, "clean", dropped=2))
    with pytest.raises(RestoreError, match=r"other/made learned 2 pictures that have a copy .* that leaks leaves out"):
        require_unseen(job, finished(job, "other", dropped=0))
    require_unseen(leaking(drop_leaks=False), finished(job, "other", dropped=0))


def test_other_settings_and_other_data_are_kept_apart(leaking):
    one, two = leaking(drop_leaks=False), leaking(drop_leaks=True)
    assert one.state_folder("scratch") != two.state_folder("scratch")
    assert one.data_key(one.training_rows) != two.data_key(two.training_rows)
