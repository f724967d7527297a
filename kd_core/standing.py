"""How the runs of a study stand: complete, stale, damaged or missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kd_core.artifacts import ArtifactError, ArtifactStore, RunRecord
from kd_core.study import Study, StudyError

Condition = Literal["complete", "stale", "damaged", "missing"]


@dataclass(frozen=True)
class Standing:
    """How a run stands: its condition, its record where it can be read, and a sentence where it cannot."""

    run: str
    condition: Condition
    record: RunRecord | None = None
    sentence: str = ""


def standing(study: Study, store: ArtifactStore, run: str) -> Standing:
    """Return how a run stands; "stale": its table in the study, or a run that it was made from, has changed since."""
    if not store.folder(study.name, run).is_dir():
        return Standing(run, "missing")
    try:
        record = store.run(study.name, run)
        if record.model is not None and record.model.file is not None:
            store.model_path(study.name, run)
    except ArtifactError as error:
        return Standing(run, "damaged", sentence=str(error))
    now = sources(study, store, run)
    same = all(now.get(name, sha256) == sha256 for name, sha256 in record.sources.items())
    return Standing(run, "complete" if same and record.inputs == study.inputs(run) else "stale", record)


def sources(study: Study, store: ArtifactStore, run: str) -> dict[str, str]:
    """Return the SHA-256 of the models that a run would be made from now, by name; without those that are not there."""
    found = {}
    for name in study.made_from(run):
        other, _, own = name.rpartition("/")
        try:
            record = store.run(other or study.name, own)
        except ArtifactError:
            continue
        if record.model is not None:
            found[name] = record.model.sha256
    return found


def selected(study: Study, only: Sequence[str] = (), stages: Sequence[str] = ()) -> list[str]:
    """Return the runs that are meant, in the study's order; both empty mean all.

    Raises:
        StudyError: if ``only`` names a run that the study does not have.
    """
    for name in only:
        if name not in study.runs:
            raise StudyError(f"The study {study.name} has no run {name}: choose one of {', '.join(study.runs)}.")
    return [
        name
        for name, settings in study.runs.items()
        if (not only or name in only) and (not stages or settings.stage in stages)
    ]
