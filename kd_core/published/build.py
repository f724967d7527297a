"""The published figures as artifacts: the study ``published``, in which every figure is a claim."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

from kd_core.artifacts.schema import Claims, Parameters, RunRecord
from kd_core.artifacts.store import HISTORY_COLUMNS
from kd_core.artifacts.write import write_record
from kd_core.atomic import atomic_folder
from kd_core.published.contradictions import contradictions
from kd_core.published.figures import EndPoint, Figures, Matrix, Sized, Stated, load_figures

STUDY = "published"


def build_published(artifacts_root: Path) -> None:
    """Write ``artifacts_root/published``, the whole study in one step; the same bytes every time.

    Each model is a run with its claims, and with a history of the end points that are stated: the curves between them
    are not known. The teacher and student 3 have a confusion matrix too, rows true, columns predicted.

    Raises:
        WriteError: if the disk is full or the folder may not be written. An older study is then still whole.
    """
    figures = load_figures()
    with atomic_folder(artifacts_root / STUDY, replace=True) as study:
        for run in ("teacher", "student1", "student2", "student3"):
            (study / run).mkdir()
            _end_points(figures, run).to_csv(study / run / "history.csv", index=False, lineterminator="\n")
            if run in ("teacher", "student3"):
                matrix = _confusion(figures.classes, getattr(figures.confusion, run))
                matrix.to_csv(study / run / "confusion.csv", index_label="true", lineterminator="\n")
            write_record(study / run, _record(figures, run))
        found = [contradiction.model_dump(mode="json") for contradiction in contradictions(figures)]
        (study / "contradictions.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _record(figures: Figures, run: str) -> RunRecord:
    return RunRecord(
        study=STUDY,
        run=run,
        stage="published",
        network="resnet50" if run == "teacher" else run,
        classes=figures.classes,
        teacher=None if run == "teacher" else "teacher",
        config=_recipe(figures, run),
        parameters=_parameters(figures, run),
        claims=_claims(figures, run),
    )


def _recipe(figures: Figures, run: str) -> dict[str, Any]:
    stated: Stated = getattr(figures, run)
    recipe = stated.model_dump(include={"epochs", "augmentation", "learning_rate", "learning_rate_decay"}, mode="json")
    recipe["size"] = figures.dataset.resolution
    if run == "teacher":
        return recipe | {"weight_decay": figures.teacher.weight_decay}
    return recipe | figures.distillation.model_dump()


def _parameters(figures: Figures, run: str) -> Parameters | None:
    """Return the counts of the deployable network; the slides state none for students 1 and 2."""
    if run == "teacher":
        return Parameters(total=figures.teacher.total_params, trainable=figures.teacher.trainable_params)
    if run == "student3":
        student = figures.student3
        return Parameters(
            total=student.stripped_params, trainable=student.trainable_params, wrapped_total=student.total_params
        )
    return None


def _claims(figures: Figures, run: str) -> Claims:
    stated: Stated = getattr(figures, run)
    *_, (_, _, last) = _stated_points(figures, run)
    layers = (figures.teacher.backbone, *figures.teacher.head) if run == "teacher" else getattr(stated, "layers")
    costs = {name: getattr(stated, name) for name in Sized.model_fields} if isinstance(stated, Sized) else {}
    return Claims(
        epochs=stated.epochs,
        train_accuracy=last.train_accuracy,
        validation_accuracy=last.validation_accuracy,
        test_accuracy=stated.test_accuracy,
        train_loss=last.train_loss,
        validation_loss=last.validation_loss,
        test_loss=stated.test_loss,
        layers=layers,
        **costs,
    )


def _end_points(figures: Figures, run: str) -> pd.DataFrame:
    rows = [
        {
            "epoch": epoch,
            "phase": phase,
            "loss": point.train_loss,
            "accuracy": point.train_accuracy,
            "val_loss": point.validation_loss,
            "val_accuracy": point.validation_accuracy,
        }
        for epoch, phase, point in _stated_points(figures, run)
    ]
    return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))


def _stated_points(figures: Figures, run: str) -> list[tuple[int, str, EndPoint]]:
    """Return epoch, phase and values of every point that is stated; a phase names its first and last epoch."""
    if run == "student3":
        student = figures.student3
        return [(10, "1-10", student.after_epoch_10), (student.epochs, f"11-{student.epochs}", student.after_epoch_24)]
    stated = getattr(figures, run)
    return [(stated.epochs, f"1-{stated.epochs}", stated)]


def _confusion(classes: tuple[str, ...], matrix: Matrix) -> pd.DataFrame:
    return pd.DataFrame(list(matrix), index=list(classes), columns=list(classes))
