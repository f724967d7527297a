"""What a report is about: a study as its sections see it, read once."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from dashboard import context, derived
from dashboard.machines import Row, machine_words
from dashboard.roles import PUBLISHED
from kd_core.artifacts import Benchmark, Problem, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.parts import CLEAN, WHOLE

# Choices were made on validation; what a report says was measured on what no choice was made on.
SPLIT = "test"


@dataclass(frozen=True)
class Material:
    """A study and its readable runs, oldest first.

    ``rows`` has them with their figures on ``SPLIT``, ``stated`` those of the original's slides. ``teacher`` may be
    another study's; ``student`` is the one that does best on validation. None is not there or not known.
    """

    study: str
    records: list[RunRecord]
    rows: list[Row]
    stated: list[Row]
    teacher: RunRecord | None
    student: RunRecord | None
    machine: Benchmark | None
    index: pd.DataFrame | None
    problems: list[Problem]

    @property
    def clean(self) -> bool:
        """Whether it is known which pictures leaked, so that the evidence is about those that did not."""
        return self.index is not None

    @property
    def part(self) -> str:
        """The part of the split that the evidence is about: ``CLEAN`` or ``WHOLE``."""
        return CLEAN if self.clean else WHOLE

    @property
    def where(self) -> str:
        """The machine that latencies come from, as a sentence; empty for the slides, which name none."""
        return machine_words(self.machine) if self.measured else ""

    @cached_property
    def by_name(self) -> dict[str, RunRecord]:
        """The runs of the study by their name."""
        return {record.run: record for record in self.records}

    @property
    def measured(self) -> list[RunRecord]:
        """The runs that were measured here, and not stated by the slides."""
        return [record for record in self.records if record.claims is None]

    @property
    def compared(self) -> list[RunRecord]:
        """The teacher and the best student, as far as they are there."""
        return [record for record in (self.teacher, self.student) if record is not None]


def read_material(study: str) -> Material:
    """Return a study as the report needs it.

    Raises:
        KdError: if there is no such study, or it has no run that can be read.
    """
    if study not in context.studies():
        raise KdError(_unknown(study))
    records, problems = context.runs(study)
    if not records:
        reasons = "".join(f"\n{problem.sentence}" for problem in problems)
        raise KdError(f"The study {study} has no run to report on: `make train STUDY={study}` makes them.{reasons}")
    rows, met = _rows(study)
    benchmarks_problems = context.benchmarks(study)[1]
    index, index_problems = context.index(study)
    return Material(
        study=study,
        records=records,
        rows=rows,
        stated=_rows(PUBLISHED)[0] if study != PUBLISHED else [],
        teacher=derived.teacher(study),
        student=derived.best_student(study),
        machine=derived.benchmark(study),
        index=index,
        problems=[*problems, *met, *benchmarks_problems, *index_problems],
    )


def _rows(study: str) -> tuple[list[Row], list[Problem]]:
    figures, problems = derived.study_figures(study, SPLIT)
    return [(record, figures[record.run]) for record in context.runs(study)[0]], problems


def _unknown(study: str) -> str:
    known = context.studies()
    folder = context.store().root
    if not known:
        return f"{folder} holds no study: restore the folder, or train a small one with `make smoke`."
    return f'There is no study "{study}" in {folder}: choose one of {", ".join(known)}, or train it first.'
