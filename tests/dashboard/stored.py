"""What a run of the test artifacts answered, read from its file and counted without the product's help."""

from pathlib import Path

import numpy as np
import pandas as pd

from tests.dashboard.planned_runs import CLASSES

LOGITS = [f"logit_{name}" for name in CLASSES]
# The runs as the dashboard writes them in English.
NAMES = {
    "teacher": "Teacher",
    "student3_scratch": "Student 3 without a teacher",
    "student3_distilled": "Student 3 distilled",
    "student3_pruned": "Student 3 pruned",
    "student3_int8": "Student 3 int8",
    "student3_pruned_int8": "Student 3 pruned int8",
    "student3_qat": "Student 3 QAT",
}


def answers(artifacts: Path, run: str, split: str = "test", *, clean: bool = False) -> pd.DataFrame:
    """Return one row a picture: path, label, answer, how sure of it, whether right and leaked, and the logits.

    Args:
        artifacts: the folder of all studies.
        run: of the study "showcase".
        split: of which pictures.
        clean: leave out those that leaked.
    """
    frame = pd.read_parquet(artifacts / "showcase" / run / "predictions.parquet")
    frame = frame[frame["split"] == split].reset_index(drop=True)
    leaked = pd.read_parquet(artifacts / "showcase" / "data.parquet").query("leaked")["path"]
    frame["leaked"] = frame["path"].isin(set(leaked))
    logits = frame[LOGITS].to_numpy(np.float64)
    frame["answer"] = np.array(CLASSES)[logits.argmax(axis=1)]
    frame["sure"] = softmax(logits).max(axis=1)
    frame["right"] = frame["answer"] == frame["label"]
    return frame[~frame["leaked"]].reset_index(drop=True) if clean else frame


def softmax(logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return probabilities of logits [..., classes], in the precision that they have."""
    powers = np.exp((logits - logits.max(axis=-1, keepdims=True)) / temperature)
    return powers / powers.sum(axis=-1, keepdims=True)
