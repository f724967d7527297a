"""The contract between the core and the dashboard: what a run's folder holds, and how it is written and read."""

from kd_core.artifacts.robustness import Curve, RelativeArea, Robustness, RobustnessRun, Severities
from kd_core.artifacts.schema import (
    SCHEMA_VERSION,
    Benchmark,
    Claims,
    Contradiction,
    InputSpec,
    RunRecord,
)
from kd_core.artifacts.store import ArtifactError, ArtifactStore, Predictions, Problem
from kd_core.artifacts.suspects import Suspect, Suspects
from kd_core.artifacts.write import run_folder, write_record
from kd_core.atomic import WriteError, write_atomic
from kd_core.paths import artifacts_dir

__all__ = [
    "SCHEMA_VERSION",
    "ArtifactError",
    "ArtifactStore",
    "Benchmark",
    "Claims",
    "Contradiction",
    "Curve",
    "InputSpec",
    "Predictions",
    "Problem",
    "RelativeArea",
    "Robustness",
    "RobustnessRun",
    "RunRecord",
    "Severities",
    "Suspect",
    "Suspects",
    "WriteError",
    "artifacts_dir",
    "run_folder",
    "write_atomic",
    "write_record",
]
