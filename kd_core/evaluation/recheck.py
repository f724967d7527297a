"""Whether a shipped model still answers as stored, on this machine and with the pictures that are here."""

import hashlib
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

    What was found is kept in the cache by model, stored answers, picture files, machine and the versions of LiteRT and
    Pillow, so that asking again costs nothing.

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
    name = f"{record.model.sha256[:16]}-{_compared(stored.logits, found)}-{machine_name()}.json"
    kept = cache / "recheck" / name
    figures = _read(kept)
    if figures is None:
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


def _compared(logits: np.ndarray, files: list[Path]) -> str:
    digest = hashlib.sha256(f"{version('ai-edge-litert')} {version('pillow')}".encode())
    digest.update(np.ascontiguousarray(logits).tobytes())
    for file in files:
        status = file.stat()
        digest.update(f"{file} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:20]


def _read(kept: Path) -> dict[str, float] | None:
    try:
        found: dict[str, float] = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found
