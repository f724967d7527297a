"""Label noise: the pictures whose label a cross-validated classifier on the teacher's features finds least likely."""

from datetime import UTC, datetime
from importlib.metadata import version

import numpy as np
import pandas as pd
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

from kd_core.artifacts import Suspect, Suspects
from kd_core.environment import package_versions
from kd_core.errors import KdError
from kd_core.training.job import Job
from kd_core.training.out_of_sample import FOLDS, out_of_sample
from kd_core.training.plain_features import plain_features, teacher_named

# As many as a person may look through; the file stays small.
MOST = 500
_SCORE = "normalized_margin"


def find_suspects(job: Job, *, seed: int = 0, most: int = MOST) -> Suspects:
    """Return the most doubtful labels of a study's data set, all splits; no label is changed and nothing is trained.

    Args:
        job: study and data.
        seed: of the folds.
        most: how many pictures are listed at the most; all are counted.

    Raises:
        KdError: if the study has no teacher, its backbone's weights cannot be had, or the disk is full.
    """
    named = teacher_named(job)
    if named is None:
        raise KdError(f"The study {job.study.name} has no teacher whose features could judge labels: name another.")
    teacher, settings = named
    frame, classes = job.frame, np.array(job.index.classes)
    features = plain_features(job, settings)
    labels = frame["label"].map({name: number for number, name in enumerate(classes)}).to_numpy(np.int64)
    with job.progress.task("Judging labels, folds", FOLDS) as advance:
        probabilities = out_of_sample(features, labels, frame["group"].to_numpy(), seed, advance=advance)
    doubtful, quality = doubted(labels, probabilities)
    return Suspects(
        study=job.study.name,
        teacher=teacher,
        network=settings.network,
        input_size=settings.input_size,
        fingerprint=job.index.fingerprint,
        folds=FOLDS,
        seed=seed,
        accuracy=float((probabilities.argmax(axis=1) == labels).mean()),
        audited=_counts(frame),
        flagged=_counts(frame.iloc[doubtful]),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        packages=package_versions() | {name: version(name) for name in ("cleanlab", "scikit-learn")},
        pictures=tuple(
            Suspect(
                split=frame["split"].iloc[row],
                path=frame["path"].iloc[row],
                label=classes[labels[row]],
                suggested=classes[probabilities[row].argmax()],
                label_probability=probabilities[row, labels[row]],
                suggested_probability=probabilities[row].max(),
                quality=quality[row],
            )
            for row in doubtful[:most]
        ),
    )


def doubted(labels: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which labels confident learning takes for errors, and how good every label is.

    From the given labels and the out-of-sample probabilities the joint distribution of given and true labels is
    estimated, and with it how many labels of each class are wrong; so many of those with the lowest quality are
    doubted (Northcutt, Jiang and Chuang 2021, "Confident Learning", pruning by noise rate; cleanlab).

    Args:
        labels: int64 [n].
        probabilities: float64 [n, classes], out of sample.

    Returns:
        int64 [m], the rows of the doubted labels, the most doubtful first; and the quality of all, float64 [n] in
        0..1: the normalised margin, half of one plus the probability of the label less the greatest other one.
    """
    quality = np.clip(get_label_quality_scores(labels, probabilities, method=_SCORE), 0.0, 1.0)
    rows = np.flatnonzero(find_label_issues(labels, probabilities, n_jobs=1))
    return rows[np.argsort(quality[rows], kind="stable")], quality


def _counts(frame: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return how many rows there are of each split and label."""
    return {
        str(split): {str(label): int(n) for label, n in part["label"].value_counts(sort=False).items()}
        for split, part in frame.groupby("split", sort=False)
    }
