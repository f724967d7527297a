"""Commands on the data set: fetch, index, show, doubt."""

from typing import Annotated

import typer
from rich.console import Console

from kd_core.cli.shared import job_of
from kd_core.data.source import Data
from kd_core.paths import data_dir
from kd_core.progress import Terminal
from kd_core.report import data_table, left_out_table
from kd_core.study import load_study


def fetch() -> None:
    """Fetch the original photos with kagglehub into the data folder, or go on with it."""
    from kd_core.data.download import fetch as fetch_photos

    Console().print(f"The photos are in {fetch_photos(data_dir())}")


def index() -> None:
    """Read every photo, and list the files that are left out and why."""
    from kd_core.data.source import open_data

    progress = Terminal()
    found = open_data(Data(), progress)
    progress.console.print(left_out_table(found))


def show(study: Annotated[str, typer.Argument(help="a study whose data to show")] = "showcase") -> None:
    """Show the classes, and how many pictures each split has of them."""
    from kd_core.data.source import open_data

    progress = Terminal()
    progress.console.print(data_table(open_data(load_study(study).data, progress)))


def suspects(
    study: Annotated[str, typer.Argument(help="a study whose data to look at, with its teacher")] = "showcase",
    seed: Annotated[int, typer.Option(min=0, help="of the folds")] = 0,
) -> None:
    """List the pictures whose label a cross-validated teacher finds least likely; labels are never changed."""
    progress = Terminal()
    job = job_of(load_study(study), progress)
    from kd_core.suspects_report import suspects_table
    from kd_core.training.suspects import find_suspects

    found = find_suspects(job, seed=seed)
    progress.console.print(suspects_table(found), highlight=False)
    progress.say(f"Written to {job.store.write_suspects(found)}; no label was changed: a suspicion is no proof.")
