"""Commands that make the runs of a study, or say how they stand."""

from typing import Annotated, Literal

import typer
from pydantic import ByteSize, TypeAdapter, ValidationError
from rich.console import Console

from kd_core.cli.shared import Strategy, StudyName, job_of, show, store_here
from kd_core.errors import KdError
from kd_core.paths import artifacts_dir, cache_dir
from kd_core.progress import Terminal
from kd_core.report import status_table
from kd_core.standing import selected
from kd_core.study import load_study

Group = Literal["teacher", "students", "compress"]
STAGES: dict[Group, tuple[str, ...]] = {
    "teacher": ("teacher",),
    "students": ("scratch", "distill"),
    "compress": ("prune", "cluster", "qat", "quantize"),
}


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
    job = job_of(loaded, progress, strategy)
    from kd_core.stages import run_study

    failed = run_study(job, chosen, force=force, named=bool(only))
    if failed:
        raise KdError(f"{len(failed)} of {len(chosen)} runs could not be made: {', '.join(failed)}.")


def status(study: StudyName) -> None:
    """List the runs of a study: which are complete, stale, in progress or missing."""
    show(Console(), *status_table(load_study(study), store_here(), cache_dir()))


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
    store_here().run(holder or loaded.name, name)
    job = job_of(loaded, progress)
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


def published() -> None:
    """Write the figures that the original project states as artifacts."""
    from kd_core.published.build import build_published

    build_published(artifacts_dir())
    Console().print(f"Written to {artifacts_dir() / 'published'}")


def _bytes(text: str) -> int:
    try:
        return int(TypeAdapter(ByteSize).validate_python(text))
    except ValidationError as error:
        raise typer.BadParameter(f"{text} is no size: write it as 400KB or 0.4MB", param_hint="--max-size") from error
