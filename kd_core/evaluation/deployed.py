"""The deployed models of a study, each looked at before anything is measured."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape

from kd_core.artifacts import ArtifactError, ArtifactStore, InputSpec, RunRecord
from kd_core.evaluation.classifier import Classifier
from kd_core.evaluation.teachers import teacher
from kd_core.progress import Reporter


@dataclass(frozen=True)
class Model:
    """A deployed model: its ``.tflite``, the SHA-256 of that file, and how pixels become its input."""

    path: Path
    sha256: str
    spec: InputSpec


def deployed_models(
    store: ArtifactStore, study: str, only: Sequence[str], progress: Reporter
) -> tuple[str | None, dict[str, Model], tuple[str, ...]]:
    """Return the reference, the models to measure by run, and the classes that they all tell apart.

    A run whose model is missing, damaged or not the recorded one is told and left out.

    Args:
        store: the artifacts.
        study: name of the study.
        only: names of runs; empty means all that ship a model. The reference is always among the models: the study's
            teacher, as "study/run" where it is another study's.
        progress: what is told.

    Raises:
        ArtifactError: if no model is left.
    """
    records, problems = store.runs(study)
    reference = _reference(records)
    by_name = {record.run: record for record in records}
    sentences = [problem.sentence for problem in problems if not only or problem.path.name in only]
    # What ships no model is passed over in silence, unless it was asked for by name.
    names = list(only) or [record.run for record in records if record.model is not None and record.model.file]
    if reference is not None and reference not in names:
        names.insert(0, reference)
    models: dict[str, Model] = {}
    classes: tuple[str, ...] = ()
    for name in names:
        try:
            record = by_name.get(name) or store.run(*_place(study, name))
            if classes and record.classes != classes:
                raise ArtifactError(f"{name} tells other classes apart than the rest: give it a study of its own.")
            models[name] = _model(store, record)
            classes = record.classes
        except ArtifactError as error:
            sentences.append(str(error))
    for sentence in dict.fromkeys(sentences):
        progress.say(f"[yellow]Not measured[/]: {escape(sentence)}")
    if not models:
        raise ArtifactError(f"The study {study} has no run with a model to measure: train it with `make train`.")
    return reference, models, classes


def _reference(records: Sequence[RunRecord]) -> str | None:
    own = teacher(records)
    named = Counter(record.teacher for record in records if record.teacher)
    return own.run if own else max(named, key=named.__getitem__, default=None)


def _place(study: str, name: str) -> tuple[str, str]:
    holder, _, run = name.rpartition("/")
    return holder or study, run


def _model(store: ArtifactStore, record: RunRecord) -> Model:
    path = store.model_path(record.study, record.run)
    if record.input is None or record.model is None:
        raise ArtifactError(f"{path} has no input in its record: train the run again.")
    Classifier(path, record.input)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 != record.model.sha256:
        raise ArtifactError(f"{path} is not the model that its run.json names: restore it, or train the run again.")
    return Model(path, sha256, record.input)
