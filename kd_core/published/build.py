"""The published figures as artifacts: the study ``published``, in which every figure is a claim."""

import json
from pathlib import Path

import pandas as pd

from kd_core.artifacts.schema import Claims, Parameters, RunRecord
from kd_core.artifacts.store import HISTORY_COLUMNS
from kd_core.artifacts.write import write_record
from kd_core.atomic import atomic_folder
from kd_core.published.contradictions import contradictions
from kd_core.published.figures import EndPoint, Figures, Matrix, Model, Student3, Teacher, load_figures

STUDY = "published"
_RECIPE = {"epochs", "augmentation", "learning_rate", "learning_rate_decay", "weight_decay"}


def build_published(artifacts_root: Path) -> None:
    """Write ``artifacts_root/published``, the whole study in one step; the same bytes every time.

    Each model is a run with its claims, and with a history of the end points that are stated: the curves between them
    are not known. The teacher and student 3 have a confusion matrix too, rows true, columns predicted.

    Raises:
        WriteError: if the disk is full or the folder may not be written. An older study is then still whole.
    """
    figures = load_figures()
    matrices = {"teacher": figures.confusion.teacher, "student3": figures.confusion.student3}
    with atomic_folder(artifacts_root / STUDY, replace=True) as study:
        for run, model in figures.models.items():
            folder = study / run
            folder.mkdir()
            _end_points(model).to_csv(folder / "history.csv", index=False, lineterminator="\n")
            if run in matrices:
                matrix = _confusion(figures.classes, matrices[run])
                matrix.to_csv(folder / "confusion.csv", index_label="true", lineterminator="\n")
            write_record(folder, _record(figures, run, model))
        found = [contradiction.model_dump(mode="json") for contradiction in contradictions(figures)]
        (study / "contradictions.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _record(figures: Figures, run: str, model: Model) -> RunRecord:
    recipe = model.model_dump(include=_RECIPE, mode="json")
    recipe["size"] = figures.dataset.resolution
    teaching = {} if isinstance(model, Teacher) else figures.distillation.model_dump()
    return RunRecord(
        study=STUDY,
        run=run,
        stage="published",
        network="resnet50" if isinstance(model, Teacher) else run,
        classes=figures.classes,
        teacher=None if isinstance(model, Teacher) else "teacher",
        config=recipe | teaching,
        parameters=_parameters(model),
        claims=_claims(model),
    )


def _parameters(model: Model) -> Parameters | None:
    """Return the counts of the deployable network; the slides state none for students 1 and 2."""
    match model:
        case Teacher():
            return Parameters(total=model.total_params, trainable=model.trainable_params)
        case Student3():
            return Parameters(
                total=model.stripped_params, trainable=model.trainable_params, wrapped_total=model.total_params
            )
    return None


def _claims(model: Model) -> Claims:
    stated = {name: value for name, value in model.model_dump().items() if name in Claims.model_fields}
    last = model.end_points[-1][2].model_dump(include=set(EndPoint.model_fields))
    return Claims(**stated | last | {"layers": model.layers})


def _end_points(model: Model) -> pd.DataFrame:
    rows = [
        {
            "epoch": epoch,
            "phase": phase,
            "loss": point.train_loss,
            "accuracy": point.train_accuracy,
            "val_loss": point.validation_loss,
            "val_accuracy": point.validation_accuracy,
        }
        for epoch, phase, point in model.end_points
    ]
    return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))


def _confusion(classes: tuple[str, ...], matrix: Matrix) -> pd.DataFrame:
    return pd.DataFrame(list(matrix), index=list(classes), columns=list(classes))
