"""A study as the checks see it: everything that its artifacts hold, read when it is first asked for, and once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from kd_core.artifacts import ArtifactError, ArtifactStore, Benchmark, Predictions, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.pairing import common

T = TypeVar("T")
TRAINED_STAGES = ("teacher", "scratch", "distill", "prune", "cluster", "qat")


@dataclass(frozen=True)
class StudyView:
    """One study for the checks. What cannot be read is None, and ``problems`` says why; the rest stays checkable.

    Attributes:
        store: the artifacts.
        study: the study's name.
        machine: the name of this machine (``kd_core.environment.machine_name``); None where it does not matter.
        inputs: by run, the hash of what the study's file asks for today (``Study.inputs``); None where the file is
            not known, as in the dashboard.
    """

    store: ArtifactStore
    study: str
    machine: str | None = None
    inputs: Mapping[str, str] | None = None
    problems: list[str] = field(default_factory=list, init=False, repr=False, compare=False)
    _kept: dict[tuple[str, ...], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def records(self) -> dict[str, RunRecord]:
        """The readable runs of the study by name, oldest first."""
        records, problems = self.store.runs(self.study)
        self.problems.extend(problem.sentence for problem in problems)
        return {record.run: record for record in records}

    @cached_property
    def measured(self) -> list[RunRecord]:
        """The runs that were made and measured; those that only state figures are left out."""
        return [record for record in self.records.values() if record.stage != "published"]

    @cached_property
    def index(self) -> pd.DataFrame | None:
        """The index of the study's pictures; None for a study without pictures."""
        return self._read(("index",), lambda: self.store.index(self.study)) if self.measured else None

    @cached_property
    def benchmarks(self) -> list[Benchmark]:
        """What was measured on each machine, oldest first."""
        found, problems = self.store.benchmarks(self.study)
        self.problems.extend(problem.sentence for problem in problems)
        return sorted(found, key=lambda one: one.measured)

    @property
    def benchmark(self) -> Benchmark | None:
        """The latest benchmark: the one whose times are shown."""
        return self.benchmarks[-1] if self.benchmarks else None

    def named(self, name: str | None) -> RunRecord | None:
        """Return the run that another one names, as "run" or as "study/run"; None where it is not there."""
        if name is None:
            return None
        study, _, run = name.rpartition("/")
        if study in ("", self.study):
            return self.records.get(run)
        return self._keep(("record", name), lambda: _or_none(lambda: self.store.run(study, run)))

    def parent(self, record: RunRecord) -> RunRecord | None:
        """Return the run that a compressed one was made from."""
        return self.named(record.parent)

    def teacher(self, record: RunRecord) -> RunRecord | None:
        """Return the teacher of a run, or of the run that it was made from."""
        seen: set[str] = set()
        current: RunRecord | None = record
        while current is not None and current.run not in seen:
            if current.teacher is not None:
                return self.named(current.teacher)
            seen.add(current.run)
            current = self.parent(current)
        return None

    def history(self, record: RunRecord) -> pd.DataFrame | None:
        """Return one row an epoch, float64 but for ``phase``; None where the run was not trained.

        What is no number in the file is NaN here.
        """
        if record.stage not in (*TRAINED_STAGES, "published"):
            return None
        key = ("history", record.study, record.run)
        return self._read(key, lambda: _numeric(self.store.history(record.study, record.run)))

    def layers(self, record: RunRecord) -> pd.DataFrame | None:
        """Return one row a layer of the network that is deployed; None for stated figures."""
        key = ("layers", record.study, record.run)
        return None if record.stage == "published" else self._read(key, lambda: self.store.layers(*key[1:]))

    def answers(self, record: RunRecord) -> Predictions | None:
        """Return the stored answers to all evaluated pictures; None for stated figures."""
        key = ("answers", record.study, record.run)
        return None if record.stage == "published" else self._read(key, lambda: self.store.predictions(*key[1:]))

    def clean(self, record: RunRecord) -> Predictions | None:
        """Return the answers to the test pictures without a copy in training, of those that are numbers."""
        answers = self.answers(record)
        if answers is None:
            return None

        def part() -> Predictions:
            test = answers.of("test")
            known = np.isfinite(test.logits).all(axis=1)
            return test.where(known if self.index is None else known & leak_free(test, self.index))

        return self._keep(("clean", record.study, record.run), part)

    def both(self, first: RunRecord, second: RunRecord) -> tuple[Predictions, Predictions] | None:
        """Return the answers of two runs to the leak-free test pictures that both saw; None where there are none."""
        one, other = self.clean(first), self.clean(second)
        return None if one is None or other is None else _or_none(lambda: common(one, other))

    def _read(self, key: tuple[str, ...], read: Callable[[], T]) -> T | None:
        def attempt() -> T | None:
            try:
                return read()
            except ArtifactError as error:
                self.problems.append(str(error))
                return None

        return self._keep(key, attempt)

    def _keep(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def _numeric(history: pd.DataFrame) -> pd.DataFrame:
    numbers = history.drop(columns="phase").apply(pd.to_numeric, errors="coerce").astype("float64")
    return numbers.assign(phase=history["phase"])


def _or_none(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except KdError:
        return None
