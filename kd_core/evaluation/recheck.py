"""Whether a shipped model still answers as stored, on this machine and with the pictures that are here."""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

from kd_core.artifacts import ArtifactStore, RunRecord
from kd_core.atomic import write_atomic
from kd_core.data.load import find_picture
from kd_core.environment import machine_name
from kd_core.evaluation.predict import predict
from kd_core.progress import Reporter


def recheck(store: ArtifactStore, record: RunRecord, photos: Path, cache: Path, progress: Reporter) -> str:
    """Return a short sentence on how the model's answers here compare with the stored ones.

    What was found is kept in the cache by model, machine and LiteRT version, so that asking again costs nothing.

    Args:
        store: the artifacts.
        record: a run that ships a model.
        photos: the data folder.
        cache: the cache folder.
        progress: where to show the progress.

    Raises:
        ArtifactError: if the model or its predictions cannot be read.
    """
    if record.model is None or record.model.file is None or record.input is None:
        return "ships without a model"
    stored = store.predictions(record.study, record.run)
    files = [find_picture(photos, path) for path in stored.path]
    found = [file for file in files if file is not None]
    if len(found) < len(files):
        return "not rechecked: the pictures are not here"
    data = record.data.fingerprint if record.data else ""
    name = f"{record.model.sha256[:16]}-{data[:12]}-{machine_name()}-{version('ai-edge-litert')}.json"
    kept = cache / "recheck" / name
    if kept.is_file():
        figures = json.loads(kept.read_text(encoding="utf-8"))
    else:
        model = store.model_path(record.study, record.run)
        logits = predict(model, record.input, found, progress, f"{record.run}: answering again")
        figures = {
            "difference": float(np.abs(logits - stored.logits).max()),
            "agreement": float((logits.argmax(1) == stored.logits.argmax(1)).mean()),
        }
        write_atomic(kept, json.dumps(figures).encode())
    if figures["difference"] == 0:
        return "answers bit for bit as stored"
    return f"same answer for {figures['agreement']:.2%}, logits within {figures['difference']:.1e}"
