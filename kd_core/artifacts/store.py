"""Reading the artifacts: whole runs or a sentence that says what is wrong, never a traceback."""

from dataclasses import dataclass
from pathlib import Path

from kd_core.artifacts.files import ArtifactError, Problem
from kd_core.artifacts.predictions import LOGIT, Predictions
from kd_core.artifacts.run_files import HISTORY_COLUMNS, LAYER_COLUMNS, RunFiles
from kd_core.artifacts.study_files import INDEX_COLUMNS, StudyFiles

__all__ = [
    "HISTORY_COLUMNS",
    "INDEX_COLUMNS",
    "LAYER_COLUMNS",
    "LOGIT",
    "ArtifactError",
    "ArtifactStore",
    "Predictions",
    "Problem",
]


@dataclass(frozen=True)
class ArtifactStore(RunFiles, StudyFiles):
    """Everything under one ``artifacts`` folder. Reads on every call: who wants a cache keeps it outside."""

    def studies(self) -> list[str]:
        """Return the names of the folders that hold at least one run or an index, sorted."""
        if not self.root.is_dir():
            return []
        return sorted(p.name for p in self.root.iterdir() if p.is_dir() and not p.name.startswith(".") and _is_study(p))


def _is_study(folder: Path) -> bool:
    return (folder / "data.parquet").is_file() or any(folder.glob("[!.]*/run.json"))
