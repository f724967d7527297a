"""What several commands take or do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console, RenderableType

from kd_core.artifacts import ArtifactStore
from kd_core.errors import KdError
from kd_core.paths import artifacts_dir, cache_dir
from kd_core.progress import Terminal
from kd_core.study import Study

if TYPE_CHECKING:
    from kd_core.training.job import Job

EvaluatedSplit = Literal["test", "val"]
Strategy = Literal["none", "mirrored", "multi-worker"]
StudyName = Annotated[str, typer.Argument(metavar="STUDY", help="a study of the package, or the path of a .toml file")]


def store_here() -> ArtifactStore:
    """Return the artifacts that the environment names."""
    return ArtifactStore(artifacts_dir())


def pictures_of(study: Study) -> Path:
    """Return the folder of a study's pictures; generated ones are drawn where they are not there."""
    from kd_core.data.source import data_folder

    return data_folder(study.data, Terminal())


def job_of(study: Study, progress: Terminal, strategy: Strategy = "none") -> "Job":
    """Return a job on a study, its pictures indexed; TensorFlow is loaded after what can be wrong with these."""
    from kd_core.data.source import open_data

    index = open_data(study.data, progress)
    from kd_core.training.job import Job
    from kd_core.training.strategies import strategy as strategy_of

    return Job(study, index, store_here(), cache_dir(), progress, strategy_of(strategy))


def show(console: Console, table: RenderableType, problems: list[str]) -> None:
    """Print a table.

    Raises:
        KdError: if there are problems, each of which is a sentence.
    """
    console.print(table)
    if problems:
        raise KdError("\n".join(problems))
