"""Commands that judge a study by the answers and records that are stored."""

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from kd_core.artifacts import ArtifactStore, RunRecord
from kd_core.check_report import findings_text, list_of_checks
from kd_core.cli.shared import EvaluatedSplit, StudyName, pictures_of, show, store_here
from kd_core.errors import KdError
from kd_core.evaluation.checks import StudyView, run_checks
from kd_core.paths import cache_dir
from kd_core.progress import Terminal
from kd_core.report import evaluation_table
from kd_core.study import StudyError, load_study
from kd_core.verdict_report import verdict_lines

Language = Literal["en", "de"]


def evaluate(study: StudyName) -> None:
    """Give loss and accuracy of all runs, and check on this machine that the models still answer as stored."""
    from kd_core.evaluation.recheck import recheck

    loaded, progress, store = load_study(study), Terminal(), store_here()
    folder = pictures_of(loaded)

    def check(record: RunRecord) -> str:
        return recheck(store, record, folder, cache_dir(), progress)

    show(progress.console, *evaluation_table(loaded.name, store, check))


def calibrate(
    study: StudyName,
    split: Annotated[EvaluatedSplit, typer.Option(help="the pictures that the errors are measured on")] = "test",
    leak_free: Annotated[bool, typer.Option("--leak-free", help="leave out what also stands in training")] = False,
) -> None:
    """Say how far the confidences of all runs can be believed, as they are and with a temperature fitted on val."""
    from kd_core.calibration_report import calibration_table

    store = store_here()
    # What has no file is shown too: what a search has made is a study among the artifacts alone.
    name = study if study in store.studies() else load_study(study).name
    show(Console(), *calibration_table(store, name, split, clean=leak_free))


def scores(
    study: StudyName,
    run: Annotated[str, typer.Argument(metavar="RUN", help="a run of the study")],
    split: Annotated[EvaluatedSplit, typer.Option(help="the pictures to score")] = "test",
    leak_free: Annotated[bool, typer.Option("--leak-free", help="leave out what also stands in training")] = False,
) -> None:
    """Give precision, recall and F1 of every class of one run, with intervals."""
    from kd_core.scores_report import run_scores, scores_table

    store = store_here()
    # What has no file is shown too: the published figures, and what a search has made.
    name = study if study in store.studies() else load_study(study).name
    part = f"{split}, leak-free" if leak_free else split
    found = run_scores(store, name, run, split=split, clean=leak_free)
    Console().print(scores_table(f"{name}/{run}, {part}", found), highlight=False)


def verdict(
    study: StudyName, split: Annotated[EvaluatedSplit, typer.Option(help="the pictures that it is judged on")] = "test"
) -> None:
    """Say whether distillation helped, and what each step of compression cost: interval, exact test, seeds."""
    lines, problems = verdict_lines(load_study(study).name, store_here(), split)
    # Unwrapped: what a pipe reads has a verdict on a line.
    show(Console(soft_wrap=True, highlight=False), escape("\n".join(lines)), problems)


def check(
    study: Annotated[str | None, typer.Argument(metavar="STUDY", help="any study that has artifacts")] = None,
    every: Annotated[bool, typer.Option("--list", help="name every check instead")] = False,
) -> None:
    """Look for what makes the figures of a study doubtful; exit code 1 when there are errors, 0 with warnings only."""
    console = Console()
    if every:
        console.print(list_of_checks())
        return
    if study is None:
        raise typer.BadParameter("name a study, or give --list")
    from kd_core.environment import machine_name

    store = store_here()
    name, inputs = _known_inputs(study, store)
    found = run_checks(StudyView(store, name, machine_name(), inputs))
    console.print(findings_text(name, found))
    if found.problems:
        raise KdError("\n".join(found.problems))
    if found.count("error"):
        raise typer.Exit(1)


def _known_inputs(study: str, store: ArtifactStore) -> tuple[str, dict[str, str] | None]:
    """Return a study's name, and what each of its runs is made from where there is a file that says so."""
    try:
        loaded = load_study(study)
    except StudyError:
        # The published figures and the studies of a search have artifacts and no file.
        if study not in store.studies():
            raise
        return study, None
    if loaded.name not in store.studies():
        raise KdError(f"The study {loaded.name} has no runs yet: `make train STUDY={study}` makes them.")
    return loaded.name, {run: loaded.inputs(run) for run in loaded.runs}


def report(
    study: StudyName,
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="where to; without it reports/STUDY")] = None,
    language: Annotated[Language, typer.Option(help="of the report")] = "en",
) -> None:
    """Write the report on a study: a page that works without a network, and the numbers behind it as CSV files."""
    # What has no file is reported on too: the published figures, and what a search has made.
    name = study if study in store_here().studies() else load_study(study).name
    # A process of its own: the report is the dashboard's, and the core knows nothing of the dashboard.
    command = [sys.executable, "-m", "dashboard.report", name, "--language", language]
    done = subprocess.run([*command, *(["--out", str(out)] if out else [])], check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)
