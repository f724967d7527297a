"""Classifying a picture with the shipped models: each loaded once, used by one visitor at a time, and timed."""

import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from PIL import Image

from dashboard import context
from dashboard.memory import remembered
from dashboard.stamps import Stamp
from kd_core.artifacts import ArtifactError, InputSpec, RunRecord
from kd_core.data.load import squash
from kd_core.evaluation.classifier import Answer, Classifier, softmax

THREADS = 1


@dataclass(frozen=True)
class Verdict:
    """What one model says about one picture.

    ``answer``: its logits and its last map. ``probabilities``: float64 [classes]. ``model_ms``: the model alone.
    ``prepare_ms``: squashing the picture to the network's input and scaling it. ``temperature``: by which the logits
    were divided; None for those of the network as they are.
    """

    answer: Answer
    probabilities: np.ndarray
    model_ms: float
    prepare_ms: float
    temperature: float | None = None

    def at(self, temperature: float) -> "Verdict":
        """Return the same answer with its confidence scaled: ``softmax(logits / temperature)``."""
        return replace(self, probabilities=softmax(self.answer.logits, temperature), temperature=temperature)


@dataclass
class _Loaded:
    classifier: Classifier
    # A LiteRT interpreter keeps its tensors between calls: two visitors at once would read each other's answer.
    lock: threading.Lock = field(default_factory=threading.Lock)


def has_model(record: RunRecord) -> bool:
    """Return whether a run ships a model at all (whether the file is whole shows when it is loaded)."""
    return record.model is not None and record.model.file is not None and record.input is not None


def classify(record: RunRecord, image: Image.Image) -> Verdict:
    """Return a model's answer to an RGB picture of any size, squashed to the network's input.

    Raises:
        ArtifactError: if the model is missing or damaged, or its answer does not fit the record's classes.
    """
    loaded = _load(record)
    spec = loaded.classifier.spec
    with loaded.lock:
        start = time.perf_counter()
        tensor = loaded.classifier.prepare(squash(image, spec.height, spec.width))
        prepared = time.perf_counter()
        answer = loaded.classifier.run(tensor)
        done = time.perf_counter()
    if len(answer.logits) != len(record.classes):
        raise ArtifactError(
            f"The model of {record.study}/{record.run} answers with {len(answer.logits)} classes, its record names "
            f"{len(record.classes)}: train the run again."
        )
    return Verdict(answer, softmax(answer.logits), (done - prepared) * 1000, (prepared - start) * 1000)


def _load(record: RunRecord) -> _Loaded:
    spec = record.input
    if spec is None:
        raise ArtifactError(f"The record of {record.study}/{record.run} names no input size: train the run again.")
    path = context.store().model_path(record.study, record.run)
    return _classifier(path, spec, context.stamp(record.study, record.run, "run.json", path.name))


# A teacher takes tens of megabytes: the least recently used models go when a study with many runs is browsed.
@remembered(max_entries=12, shared=True)
def _classifier(path: Path, _spec: InputSpec, stamp: Stamp) -> _Loaded:
    classifier = Classifier(path, _spec, threads=THREADS)
    # The first call packs the weights for XNNPACK; it would count as the model's time.
    classifier(np.zeros((_spec.height, _spec.width, 3), np.uint8))
    return _Loaded(classifier)
