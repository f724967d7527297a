from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.artifacts.store import HISTORY_COLUMNS
from kd_core.paths import PROJECT
from kd_core.published.build import build_published

RUNS = ("teacher", "student1", "student2", "student3")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> ArtifactStore:
    root = tmp_path_factory.mktemp("artifacts")
    build_published(root)
    return ArtifactStore(root)


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_the_committed_study_is_what_the_builder_makes(store: ArtifactStore) -> None:
    assert _contents(PROJECT / "artifacts" / "published") == _contents(store.root / "published")


def test_building_again_changes_no_byte_and_leaves_nothing_behind(tmp_path: Path) -> None:
    build_published(tmp_path)
    before = _contents(tmp_path)
    (tmp_path / "published" / "teacher" / "stray.csv").write_text("")
    build_published(tmp_path)
    assert _contents(tmp_path) == before
    assert [p.name for p in tmp_path.iterdir()] == ["published"]


def test_every_run_is_read_without_a_problem(store: ArtifactStore) -> None:
    assert store.studies() == ["published"]
    records, problems = store.runs("published")
    assert problems == []
    assert {record.run for record in records} == set(RUNS)
    assert {(r.run, r.stage, r.network, r.teacher) for r in records} == {
        ("teacher", "published", "resnet50", None),
        ("student1", "published", "student1", "teacher"),
        ("student2", "published", "student2", "teacher"),
        ("student3", "published", "student3", "teacher"),
    }
    # What was measured by nobody is not there.
    for record in records:
        assert (record.model, record.data, record.environment, record.selection, record.started) == (None,) * 5
        assert not (store.root / "published" / record.run / "layers.csv").exists()


def test_the_claims_are_the_stated_figures(store: ArtifactStore) -> None:
    teacher = store.run("published", "teacher")
    assert teacher.claims is not None
    assert teacher.claims.model_dump() == {
        "epochs": 15, "train_accuracy": 0.9945, "validation_accuracy": 0.94, "test_accuracy": 0.9042,
        "train_loss": 0.02374, "validation_loss": 0.2291, "test_loss": 0.3498, "test_runtime_s": 43.844,
        "total_params": 57_701_519, "trainable_params": 33_851_663, "size_mb": 482.0,
        "layers": (
            "ResNet-50", "Flatten", "BatchNormalization", "Dense 256 relu", "Dropout 0.4", "Dense 128 relu",
            "Dropout 0.1", "Dense 15 softmax",
        ),
    }  # fmt: skip
    student1, student3 = (store.run("published", run).claims for run in ("student1", "student3"))
    assert student1 is not None
    assert (student1.test_accuracy, student1.test_loss, student1.total_params) == (0.5419, 2.7261, None)
    assert student3 is not None
    assert (student3.epochs, student3.train_accuracy, student3.validation_loss) == (24, 0.985, 1.689)
    assert "Dense 256 relu" not in student3.layers


def test_the_counts_are_those_of_the_deployable_network(store: ArtifactStore) -> None:
    counts = {run: store.run("published", run).parameters for run in RUNS}
    assert counts["student1"] is counts["student2"] is None
    assert counts["teacher"] is not None
    assert (counts["teacher"].total, counts["teacher"].trainable) == (57_701_519, 33_851_663)
    assert counts["student3"] is not None
    assert counts["student3"].model_dump(exclude_none=True) == {
        "total": 675_343, "trainable": 671_119, "wrapped_total": 1_340_150,
    }  # fmt: skip


def test_the_recipe_is_the_stated_one(store: ArtifactStore) -> None:
    assert store.run("published", "teacher").config == {
        "epochs": 15, "augmentation": False, "learning_rate": 1e-4, "learning_rate_decay": False,
        "weight_decay": "L2", "size": 256,
    }  # fmt: skip
    assert store.run("published", "student2").config == {
        "epochs": 10, "augmentation": False, "learning_rate": 1e-3, "size": 256,
        "learning_rate_decay": {"steps": 1500, "rate": 0.96},
        "student_loss": "SparseCategoricalCrossentropy", "distillation_loss": "KLDivergence", "alpha": 0.1,
        "temperature": 10.0,
    }  # fmt: skip


def test_the_histories_hold_the_stated_end_points_and_no_curve(store: ArtifactStore) -> None:
    columns = ["epoch", "phase", "loss", "accuracy", "val_loss", "val_accuracy"]
    expected = {
        "teacher": [[15, "1-15", 0.02374, 0.9945, 0.2291, 0.94]],
        "student1": [[10, "1-10", 0.9147, 0.6309, 1.62, 0.564]],
        "student2": [[10, "1-10", 1.718, 0.9047, 2.807, 0.6265]],
        "student3": [[10, "1-10", 0.1086, 0.9042, 1.546, 0.7225], [24, "11-24", 0.0048, 0.985, 1.689, 0.769]],
    }
    for run, rows in expected.items():
        history = store.history("published", run)
        assert tuple(history.columns) == HISTORY_COLUMNS
        assert history[columns].to_numpy().tolist() == rows
        assert history.drop(columns=columns).isna().all(axis=None)


def test_the_matrices_have_the_true_classes_in_their_rows(store: ArtifactStore) -> None:
    teacher, student = (store.confusion("published", run) for run in ("teacher", "student3"))
    for matrix in (teacher, student):
        assert list(matrix.index) == list(matrix.columns) == list(store.run("published", "teacher").classes)
        assert list(matrix.sum(axis=1)) == [100, 100, 379, 174, 87, 299, 28, 57, 93, 183, 93, 233, 98, 160, 263]
    # 29 cats were taken for mice, no mouse for an elephant.
    assert (teacher.loc["Cat", "Mouse"], teacher.loc["Mouse", "Cat"]) == (29, 6)
    assert (student.loc["Cat", "Mouse"], student.loc["Mouse", "Cat"]) == (37, 5)
    assert np.trace(teacher) == 2130
    assert np.trace(student) == 1760
    assert pd.api.types.is_integer_dtype(teacher.dtypes.iloc[0])


def test_the_runs_without_a_matrix_have_none(store: ArtifactStore) -> None:
    for run in ("student1", "student2"):
        assert not (store.root / "published" / run / "confusion.csv").exists()


def test_the_contradictions_are_read_back(store: ArtifactStore) -> None:
    found = store.contradictions("published")
    assert [c.code for c in found] == [
        "axis-label", "picture-count", "per-class-range", "accuracy-vs-matrix", "savings-disk",
        "parameters-with-masks", "epochs", "student2-losses", "impossible-layer",
    ]  # fmt: skip
    assert all(isinstance(value, int | float | str) for c in found for value in c.values.values())
