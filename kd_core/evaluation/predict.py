"""Answers of a deployed model to many pictures, as they are stored."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local

import numpy as np
import pandas as pd

from kd_core.artifacts import InputSpec
from kd_core.artifacts.store import LOGIT
from kd_core.data.load import load_pixels
from kd_core.evaluation.classifier import Classifier
from kd_core.progress import Reporter


def predict(
    model: Path, spec: InputSpec, files: Sequence[Path], progress: Reporter, label: str = "Evaluating"
) -> np.ndarray:
    """Return the logits of a deployed model for picture files: float32 [n, classes].

    Args:
        model: the ``.tflite`` file.
        spec: how pixels become its input.
        files: n picture files.
        progress: where to show the progress.
        label: what the progress calls this.

    Raises:
        ArtifactError: if the model cannot be loaded.
        PictureError: if a file is no picture.
    """
    own = local()

    def answer(file: Path) -> np.ndarray:
        # One interpreter a thread: it is not safe to share, and pictures side by side beat threads within one.
        if not hasattr(own, "classifier"):
            own.classifier = Classifier(model, spec)
        return own.classifier(load_pixels(file, spec.height, spec.width)).logits

    logits = []
    with progress.task(label, len(files)) as advance, ThreadPoolExecutor(os.cpu_count()) as pool:
        for row in pool.map(answer, files):
            logits.append(row)
            advance()
    return np.stack(logits)


def prediction_table(rows: pd.DataFrame, logits: np.ndarray, classes: Sequence[str]) -> pd.DataFrame:
    """Return what ``predictions.parquet`` holds.

    Args:
        rows: n rows of the index, with ``split``, ``path`` and ``label``.
        logits: float32 [n, classes].
        classes: the class names in the order of the logits.
    """
    answers = pd.DataFrame(logits, columns=[LOGIT + name for name in classes])
    return pd.concat([rows[["split", "path", "label"]].reset_index(drop=True), answers], axis=1)
