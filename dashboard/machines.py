"""The machine whose times a page shows, and the figures of a study's runs with the times of that machine."""

from dashboard import context, derived
from dashboard.choices import pick_option
from dashboard.components.notices import show_problems
from dashboard.formats import fmt_count
from dashboard.tables.figures import Figures, timed
from dashboard.text import t
from kd_core.artifacts import Benchmark, Problem, RunRecord

Row = tuple[RunRecord, Figures]


def pick_machine(study: str) -> Benchmark | None:
    """Return the benchmark whose times are shown: the latest, or the chosen one where there are several."""
    benchmarks, problems = context.benchmarks(study)
    show_problems(problems)
    latest = derived.benchmark(study)
    if latest is None or len(benchmarks) == 1:
        return latest
    by_name = {benchmark.machine: benchmark for benchmark in benchmarks}
    return by_name[pick_option("machine", t("comparison.machine"), list(by_name), default=latest.machine)]


def machine_words(machine: Benchmark | None) -> str:
    """Return the machine as a sentence; for None how to measure."""
    if machine is None:
        return t("comparison.no_machine")
    return t("comparison.where", machine=machine.machine, cpu=machine.cpu, threads=fmt_count(machine.threads))


def rows_on(study: str, split: str, machine: Benchmark | None) -> tuple[list[Row], list[Problem]]:
    """Return the runs of a study with their figures on a split and their times on a machine, and what was not read."""
    records, _ = context.runs(study)
    figures, problems = derived.study_figures(study, split)
    times = machine.runs if machine else {}
    return [
        (record, own if own.published else timed(own, times.get(record.run)))
        for record in records
        if (own := figures.get(record.run)) is not None
    ], problems
