"""Commands that measure the models of a study anew, and write what they find beside its runs."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from kd_core.artifacts import ArtifactStore, Robustness
from kd_core.cli.shared import StudyName, job_of, pictures_of, store_here
from kd_core.errors import KdError
from kd_core.paths import cache_dir
from kd_core.progress import Terminal
from kd_core.report import benchmark_table
from kd_core.standing import selected
from kd_core.study import Study, load_study

if TYPE_CHECKING:
    from kd_core.artifacts.schema import TrainingSpeed


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
    store = store_here()
    here = machine_name()
    earlier = next((found for found in store.benchmarks(loaded.name)[0] if found.machine == here), None)
    result = benchmark_study(
        store, loaded.name, pictures_of(loaded), threads=threads, rounds=rounds, progress=progress, earlier=earlier
    )
    result = result.model_copy(update={"training": earlier and earlier.training})
    # At once: what was measured stays when the rest is interrupted.
    path = store.write_benchmark(loaded.name, result)
    if training and (speed := _training_speed(loaded, progress)) is not None:
        result = result.model_copy(update={"training": speed})
        store.write_benchmark(loaded.name, result)
    progress.console.print(benchmark_table(result))
    progress.say(f"Written to {path}")


def robustness(
    study: StudyName,
    only: Annotated[list[str] | None, typer.Option(help="this run; may be given again for more")] = None,
    pictures: Annotated[int | None, typer.Option(min=1, help="of each class: a quick look")] = None,
    seed: Annotated[int, typer.Option(min=0, help="of noise, tilt and drawn pictures")] = 0,
) -> None:
    """Measure all runs on corrupted test pictures; written beside the runs, and what is known is not asked again."""
    from kd_core.evaluation.robustness import measure_robustness
    from kd_core.robustness_report import robustness_table

    loaded, progress, store = load_study(study), Terminal(), store_here()
    chosen = selected(loaded, only) if only else ()
    found = measure_robustness(
        store,
        loaded.name,
        pictures_of(loaded),
        cache_dir(),
        only=chosen,
        per_class=pictures,
        seed=seed,
        progress=progress,
    )
    earlier = _earlier(store, loaded.name, progress)
    alike = earlier is None or found.comparable(earlier)
    if earlier is not None and only and alike:
        found = found.model_copy(update={"runs": earlier.runs | found.runs})
    progress.console.print(robustness_table(found))
    if earlier is not None and pictures is not None and earlier.n > found.n:
        progress.say(f"Not written: {store.robustness_path(loaded.name)} holds more, {earlier.n:,} pictures.")
    elif only and not alike:
        progress.say(
            f"Not written: {store.robustness_path(loaded.name)} was measured with another seed, teacher or pictures. "
            "Without --only all runs are measured anew."
        )
    else:
        progress.say(f"Written to {store.write_robustness(found)}")


def _training_speed(study: Study, progress: Terminal) -> "TrainingSpeed | None":
    try:
        job = job_of(study, progress)
        from kd_core.training.speed import training_speed

        return training_speed(job)
    except KdError as error:
        progress.say(f"The speed of training is not measured: {error}")
        return None


def _earlier(store: ArtifactStore, study: str, progress: Terminal) -> Robustness | None:
    try:
        return store.robustness(study)
    except KdError as error:
        progress.say(f"[yellow]Not kept[/]: {escape(str(error))}")
        return None
