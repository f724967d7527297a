"""The command line: thin commands over the stages; TensorFlow is loaded by those alone that train or convert."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from pydantic import ByteSize, TypeAdapter, ValidationError
from rich.console import Console, RenderableType
from rich.markup import escape

from kd_core.artifacts import ArtifactStore, Robustness, RunRecord
from kd_core.check_report import findings_text, list_of_checks
from kd_core.data.source import Data
from kd_core.errors import KdError
from kd_core.evaluation.checks import StudyView, run_checks
from kd_core.paths import artifacts_dir, cache_dir, data_dir
from kd_core.progress import Terminal
from kd_core.report import benchmark_table, data_table, evaluation_table, left_out_table, status_table
from kd_core.standing import selected
from kd_core.study import Study, StudyError, load_study
from kd_core.verdict_report import verdict_lines

if TYPE_CHECKING:
    from kd_core.artifacts.schema import TrainingSpeed
    from kd_core.training.job import Job

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
data = typer.Typer(no_args_is_help=True, help="The photos: fetch, index, show.")
app.add_typer(data, name="data")

Group = Literal["teacher", "students", "compress"]
Language = Literal["en", "de"]
EvaluatedSplit = Literal["test", "val"]
Strategy = Literal["none", "mirrored", "multi-worker"]
STAGES: dict[Group, tuple[str, ...]] = {
    "teacher": ("teacher",),
    "students": ("scratch", "distill"),
    "compress": ("prune", "cluster", "qat", "quantize"),
}

StudyName = Annotated[str, typer.Argument(metavar="STUDY", help="a study of the package, or the path of a .toml file")]


@app.command()
def run(
    study: StudyName,
    only: Annotated[list[str] | None, typer.Option(help="this run; may be given again for more")] = None,
    stage: Annotated[Group | None, typer.Option(help="the runs of this kind")] = None,
    strategy: Annotated[Strategy, typer.Option(help="multi-worker reads TF_CONFIG")] = "none",
    force: Annotated[bool, typer.Option(help="replace finished runs: those of --only, else the stale ones")] = False,
) -> None:
    """Bring the runs of a study up to date: train, distil, compress, evaluate."""
    loaded = load_study(study)
    chosen = selected(loaded, only or (), STAGES[stage] if stage else ())
    progress = Terminal()
    job = _job(loaded, progress, strategy)
    from kd_core.stages import run_study

    failed = run_study(job, chosen, force=force, named=bool(only))
    if failed:
        raise KdError(f"{len(failed)} of {len(chosen)} runs could not be made: {', '.join(failed)}.")


@app.command()
def status(study: StudyName) -> None:
    """List the runs of a study: which are complete, stale, in progress or missing."""
    _show(Console(), *status_table(load_study(study), _store(), cache_dir()))


@app.command()
def evaluate(study: StudyName) -> None:
    """Give loss and accuracy of all runs, and check on this machine that the models still answer as stored."""
    from kd_core.evaluation.recheck import recheck

    loaded, progress, store = load_study(study), Terminal(), _store()
    folder = _folder(loaded)

    def check(record: RunRecord) -> str:
        return recheck(store, record, folder, cache_dir(), progress)

    _show(progress.console, *evaluation_table(loaded.name, store, check))


@app.command()
def calibrate(
    study: StudyName,
    split: Annotated[EvaluatedSplit, typer.Option(help="the pictures that the errors are measured on")] = "test",
    leak_free: Annotated[bool, typer.Option("--leak-free", help="leave out what also stands in training")] = False,
) -> None:
    """Say how far the confidences of all runs can be believed, as they are and with a temperature fitted on val."""
    from kd_core.calibration_report import calibration_table

    store = _store()
    # What has no file is shown too: what a search has made is a study among the artifacts alone.
    name = study if study in store.studies() else load_study(study).name
    _show(Console(), *calibration_table(store, name, split, clean=leak_free))


@app.command()
def scores(
    study: StudyName,
    run: Annotated[str, typer.Argument(metavar="RUN", help="a run of the study")],
    split: Annotated[EvaluatedSplit, typer.Option(help="the pictures to score")] = "test",
    leak_free: Annotated[bool, typer.Option("--leak-free", help="leave out what also stands in training")] = False,
) -> None:
    """Give precision, recall and F1 of every class of one run, with intervals."""
    from kd_core.scores_report import run_scores, scores_table

    store = _store()
    # What has no file is shown too: the published figures, and what a search has made.
    name = study if study in store.studies() else load_study(study).name
    part = f"{split}, leak-free" if leak_free else split
    found = run_scores(store, name, run, split=split, clean=leak_free)
    Console().print(scores_table(f"{name}/{run}, {part}", found), highlight=False)


@app.command()
def verdict(
    study: StudyName, split: Annotated[EvaluatedSplit, typer.Option(help="the pictures that it is judged on")] = "test"
) -> None:
    """Say whether distillation helped, and what each step of compression cost: interval, exact test, seeds."""
    lines, problems = verdict_lines(load_study(study).name, _store(), split)
    # Unwrapped: what a pipe reads has a verdict on a line.
    _show(Console(soft_wrap=True, highlight=False), escape("\n".join(lines)), problems)


@app.command()
def benchmark(
    study: StudyName,
    threads: Annotated[int, typer.Option(min=1, help="threads of a model")] = 1,
    rounds: Annotated[int, typer.Option(min=2, help="interleaved rounds over all models")] = 5,
    training: Annotated[bool, typer.Option(help="measure the speed of training too, or keep what is there")] = True,
) -> None:
    """Measure latency, memory and training speed of a study on this machine; written beside its runs."""
    from kd_core.environment import machine_name
    from kd_core.evaluation.benchmark import benchmark_study

    loaded, progress = load_study(study), Terminal()
    store = _store()
    here = machine_name()
    earlier = next((found for found in store.benchmarks(loaded.name)[0] if found.machine == here), None)
    result = benchmark_study(
        store, loaded.name, _folder(loaded), threads=threads, rounds=rounds, progress=progress, earlier=earlier
    )
    speed = _training_speed(loaded, progress) if training else earlier and earlier.training
    result = result.model_copy(update={"training": speed})
    path = store.write_benchmark(loaded.name, result)
    progress.console.print(benchmark_table(result))
    progress.say(f"Written to {path}")


@app.command()
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

    store = _store()
    name, inputs = _known_inputs(study, store)
    found = run_checks(StudyView(store, name, machine_name(), inputs))
    console.print(findings_text(name, found))
    if found.problems:
        raise KdError("\n".join(found.problems))
    if found.count("error"):
        raise typer.Exit(1)


@app.command()
def robustness(
    study: StudyName,
    only: Annotated[list[str] | None, typer.Option(help="this run; may be given again for more")] = None,
    pictures: Annotated[int | None, typer.Option(min=1, help="of each class: a quick look")] = None,
    seed: Annotated[int, typer.Option(min=0, help="of noise, tilt and drawn pictures")] = 0,
) -> None:
    """Measure all runs on corrupted test pictures; written beside the runs, and what is known is not asked again."""
    from kd_core.evaluation.robustness import measure_robustness
    from kd_core.robustness_report import robustness_table

    loaded, progress, store = load_study(study), Terminal(), _store()
    chosen = selected(loaded, only) if only else ()
    found = measure_robustness(
        store, loaded.name, _folder(loaded), cache_dir(), only=chosen, per_class=pictures, seed=seed, progress=progress
    )
    earlier = _earlier(store, loaded.name, progress)
    if earlier is not None and only and found.comparable(earlier):
        found = found.model_copy(update={"runs": earlier.runs | found.runs})
    progress.console.print(robustness_table(found))
    if earlier is not None and pictures is not None and earlier.n > found.n:
        progress.say(f"Not written: {store.robustness_path(loaded.name)} holds more, {earlier.n:,} pictures.")
    else:
        progress.say(f"Written to {store.write_robustness(found)}")


@app.command()
def compress(
    study: StudyName,
    *,
    run: Annotated[str, typer.Option("--from", metavar="RUN", help="the finished run to begin from")],
    max_drop: Annotated[
        float | None, typer.Option(min=0, max=1, help="accuracy that may be lost: 0.01 is a point")
    ] = None,
    max_size: Annotated[str | None, typer.Option(metavar="SIZE", help="after gzip, such as 400KB")] = None,
    max_latency_ms: Annotated[float | None, typer.Option(min=0, help="median of a call, one thread")] = None,
    epochs: Annotated[int, typer.Option(min=1, help="of each fine-tuning")] = 4,
) -> None:
    """Search the variants of a run on validation: the smallest within a loss, or the most accurate within limits."""
    if max_drop is None and max_size is None and max_latency_ms is None:
        raise typer.BadParameter("give at least one of --max-drop, --max-size and --max-latency-ms")
    loaded, progress = load_study(study), Terminal()
    limit = None if max_size is None else _bytes(max_size)
    # Before the pictures are read, which takes a while: a run of another study is named "study/run".
    holder, _, name = run.rpartition("/")
    if not holder:
        selected(loaded, [name])
    ArtifactStore(artifacts_dir()).run(holder or loaded.name, name)
    job = _job(loaded, progress)
    from kd_core.compress import compress as search_from
    from kd_core.compression.search import Goal, winner
    from kd_core.search_report import extremes_text, search_table

    goal = Goal(max_drop, limit, max_latency_ms)
    found = search_from(job, run, goal, epochs=epochs)
    best = winner(goal, found.trials)
    progress.console.print(search_table(goal, found.trials, best))
    if best is None:
        raise KdError("No variant that was tried holds the goal: allow more, or begin from another run.")
    progress.say(extremes_text(goal, found.trials))
    holder, name = found.run_of(best)
    model = job.store.model_path(holder, name)
    progress.say(f"[green]{best.variant.name}[/] is {model}; the dashboard shows it in the study {holder}.")


@app.command()
def report(
    study: StudyName,
    out: Annotated[Path | None, typer.Option(metavar="FOLDER", help="where to; without it reports/STUDY")] = None,
    language: Annotated[Language, typer.Option(help="of the report")] = "en",
) -> None:
    """Write the report on a study: a page that works without a network, and the numbers behind it as CSV files."""
    # What has no file is reported on too: the published figures, and what a search has made.
    name = study if study in _store().studies() else load_study(study).name
    # A process of its own: the report is the dashboard's, and the core knows nothing of the dashboard.
    command = [sys.executable, "-m", "dashboard.report", name, "--language", language]
    done = subprocess.run([*command, *(["--out", str(out)] if out else [])], check=False)
    if done.returncode:
        raise typer.Exit(done.returncode)


@app.command()
def published() -> None:
    """Write the figures that the original project states as artifacts."""
    from kd_core.published.build import build_published

    build_published(artifacts_dir())
    Console().print(f"Written to {artifacts_dir() / 'published'}")


@data.command()
def fetch() -> None:
    """Fetch the original photos with kagglehub into the data folder, or go on with it."""
    from kd_core.data.download import fetch as fetch_photos

    Console().print(f"The photos are in {fetch_photos(data_dir())}")


@data.command()
def index() -> None:
    """Read every photo, and list the files that are left out and why."""
    from kd_core.data.source import open_data

    progress = Terminal()
    found = open_data(Data(), progress)
    progress.console.print(left_out_table(found))


@data.command()
def show(study: Annotated[str, typer.Argument(help="a study whose data to show")] = "showcase") -> None:
    """Show the classes, and how many pictures each split has of them."""
    from kd_core.data.source import open_data

    progress = Terminal()
    progress.console.print(data_table(open_data(load_study(study).data, progress)))


@data.command()
def suspects(
    study: Annotated[str, typer.Argument(help="a study whose data to look at, with its teacher")] = "showcase",
    seed: Annotated[int, typer.Option(min=0, help="of the folds")] = 0,
) -> None:
    """List the pictures whose label a cross-validated teacher finds least likely; labels are never changed."""
    progress = Terminal()
    job = _job(load_study(study), progress)
    from kd_core.suspects_report import suspects_table
    from kd_core.training.suspects import find_suspects

    found = find_suspects(job, seed=seed)
    progress.console.print(suspects_table(found), highlight=False)
    progress.say(f"Written to {job.store.write_suspects(found)}; no label was changed: a suspicion is no proof.")


def main() -> NoReturn:
    """Run the command line; an error that a person can mend is a sentence and exit code 1."""
    try:
        app(standalone_mode=True)
    except KdError as error:
        Console(stderr=True).print(f"[red]{escape(str(error))}[/]", highlight=False, soft_wrap=True)
        sys.exit(1)
    except KeyboardInterrupt:
        Console(stderr=True).print("Stopped; the same command goes on from here.")
        sys.exit(130)
    sys.exit(0)


def _show(console: Console, table: RenderableType, problems: list[str]) -> None:
    console.print(table)
    if problems:
        raise KdError("\n".join(problems))


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


def _store() -> ArtifactStore:
    return ArtifactStore(artifacts_dir())


def _earlier(store: ArtifactStore, study: str, progress: Terminal) -> Robustness | None:
    try:
        return store.robustness(study)
    except KdError as error:
        progress.say(f"[yellow]Not kept[/]: {escape(str(error))}")
        return None


def _job(study: Study, progress: Terminal, strategy: Strategy = "none") -> "Job":
    from kd_core.data.source import open_data

    index = open_data(study.data, progress)
    from kd_core.training.job import Job
    from kd_core.training.strategies import strategy as strategy_of

    return Job(study, index, _store(), cache_dir(), progress, strategy_of(strategy))


def _training_speed(study: Study, progress: Terminal) -> "TrainingSpeed | None":
    try:
        job = _job(study, progress)
        from kd_core.training.speed import training_speed

        return training_speed(job)
    except KdError as error:
        progress.say(f"The speed of training is not measured: {error}")
        return None


def _bytes(text: str) -> int:
    try:
        return int(TypeAdapter(ByteSize).validate_python(text))
    except ValidationError as error:
        raise typer.BadParameter(f"{text} is no size: write it as 400KB or 0.4MB", param_hint="--max-size") from error


def _folder(study: Study) -> Path:
    from kd_core.data.source import data_folder

    return data_folder(study.data, Terminal())
