"""Checks of what was timed: on which machine, of which file, and whether int8 was worth it there."""

from collections.abc import Iterator, Sequence

from kd_core.artifacts import Benchmark, RunRecord
from kd_core.evaluation.checks.finding import Found, Milliseconds, RunName, RunNames, Verbatim, check
from kd_core.evaluation.checks.view import StudyView


@check(
    "KD008",
    "warning",
    looks_for="int8 runs that are slower than the float run they were made from, on the machine measured last",
    sentence="{run} takes {own} for a picture on `{machine}`, its float form {parent} only {before}.",
    remedy="Deploy the float model on this machine, or try other threads: not every processor is faster in int8.",
)
def int8_slower(view: StudyView) -> Iterator[Found]:
    """Find int8 runs whose median latency is above their nearest float ancestor's, in one steady session."""
    benchmark = view.benchmark
    if benchmark is None:
        return
    for record in view.measured:
        if record.model is None or record.model.precision != "int8":
            continue
        parent = _float_ancestor(view, record)
        own = benchmark.runs.get(record.run)
        before = benchmark.runs.get(parent.run) if parent and parent.study == view.study else None
        if parent is None or own is None or before is None or own.noisy or before.noisy:
            continue
        if own.latency_ms.p50 > before.latency_ms.p50:
            values = {
                "machine": Verbatim(benchmark.machine),
                "own": Milliseconds(own.latency_ms.p50),
                "parent": RunName(parent.run),
                "before": Milliseconds(before.latency_ms.p50),
            }
            yield Found(record.run, values)


@check(
    "KD015",
    "warning",
    looks_for="latencies and memory that were measured on another machine than this one",
    sentence="The times and the memory shown were measured on `{machine}`, not on this machine (`{here}`).",
    remedy="Run `python -m kd_core benchmark {study}` here; ratios carry over to another machine better than times.",
)
def other_machine(view: StudyView) -> Iterator[Found]:
    """Find that the latest benchmark is another machine's."""
    if view.machine is not None and view.benchmark is not None and view.benchmark.machine != view.machine:
        yield Found(None, _values(view, view.benchmark) | {"here": Verbatim(view.machine)})


@check(
    "KD016",
    "warning",
    looks_for="runs that only another machine than the latest benchmark's has measured, so that times would be mixed",
    sentence="{runs} were measured on another machine only, not in the latest benchmark, on `{machine}`.",
    remedy="Run `python -m kd_core benchmark {study}` again, so that all runs are measured in one session.",
)
def machines_mixed(view: StudyView) -> Iterator[Found]:
    """Find runs whose times can be had only from an older session of another machine."""
    benchmark = view.benchmark
    if benchmark is None:
        return
    elsewhere = {run for other in view.benchmarks if other.machine != benchmark.machine for run in other.runs}
    lacking = [run for run in view.records if run in elsewhere and run not in benchmark.runs]
    if lacking:
        yield Found(None, _values(view, benchmark, lacking))


@check(
    "KD017",
    "error",
    looks_for="latencies of another model file than the one that the run holds now",
    sentence="On `{machine}` another model file was timed than the one that is here: {runs}.",
    remedy="Run `python -m kd_core benchmark {study}` again: these runs were made anew since.",
)
def other_file(view: StudyView) -> Iterator[Found]:
    """Find benchmarks, of any machine, whose model's hash is not the run's; files without hashes say nothing."""
    for benchmark in view.benchmarks:
        changed = [
            run
            for run, timed in benchmark.runs.items()
            if (record := view.records.get(run)) is not None
            and record.model is not None
            and timed.model_sha256 is not None
            and timed.model_sha256 != record.model.sha256
        ]
        if changed:
            yield Found(None, _values(view, benchmark, changed))


def _values(view: StudyView, benchmark: Benchmark, runs: Sequence[str] = ()) -> dict[str, object]:
    return {"machine": Verbatim(benchmark.machine), "runs": RunNames(runs), "study": Verbatim(view.study)}


def _float_ancestor(view: StudyView, record: RunRecord) -> RunRecord | None:
    seen: set[str] = set()
    parent = view.parent(record)
    while parent is not None and parent.run not in seen:
        if parent.model is not None and parent.model.precision in ("float32", "float16"):
            return parent
        seen.add(parent.run)
        parent = view.parent(parent)
    return None
