"""What ``robustness.json`` holds: how every run of a study answers when its test pictures get worse."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from kd_core.artifacts.schema import SCHEMA_VERSION, Record


class Severities(Record):
    """One corruption: what its ``values`` are, and the value of each severity from 1 on."""

    parameter: str
    values: tuple[float, ...] = Field(min_length=1)


class Curve(Record):
    """One run under one corruption, by severity; severity 0 are the clean pictures.

    ``correct`` counts the pictures that the run has right, of ``Robustness.n``; ``loss`` is the mean negative
    log-likelihood of the true class in nats.
    """

    correct: tuple[int, ...]
    loss: tuple[float, ...]


class RelativeArea(Record):
    """The area under a run's accuracy curves as a share of the reference's (``evaluation.degradation``).

    ``low`` and ``high`` bound its bootstrap interval at ``level``; ``p_value`` is that of the paired test whether the
    two areas differ.
    """

    value: float
    low: float
    high: float
    level: float
    p_value: float = Field(ge=0, le=1)


class RobustnessRun(Record):
    """One model: its curves by corruption, and its area beside the reference's; None for the reference itself."""

    model_sha256: str
    curves: dict[str, Curve]
    relative: RelativeArea | None = None


class Robustness(Record):
    """All runs of a study on the same corrupted pictures: the leak-free part of its test split.

    ``reference`` is the run that areas are relative to: the teacher ("study/run" where it is another study's), None
    where the study has none. With ``per_class`` only so many pictures of each class were taken: a quick look.
    ``fingerprint`` is that of the study's index; ``pictures`` is the SHA-256 over path and content of the n files that
    were really read, ``foreign`` how many of these are not the very files of the index (another copy of the data set),
    and ``unreadable`` how many were left out since they are missing or damaged.
    """

    schema_version: Literal[1] = SCHEMA_VERSION
    study: str
    split: Literal["test"] = "test"
    leak_free: Literal[True] = True
    reference: str | None
    n: int = Field(ge=1)
    per_class: int | None = None
    unreadable: int = 0
    foreign: int = 0
    fingerprint: str
    pictures: str
    seed: int
    measured: str = Field(description="ISO 8601, UTC")
    packages: dict[str, str]
    corruptions: dict[str, Severities] = Field(min_length=1)
    runs: dict[str, RobustnessRun] = Field(min_length=1)

    @model_validator(mode="after")
    def _whole(self) -> "Robustness":
        for name, run in self.runs.items():
            if set(run.curves) != set(self.corruptions):
                raise ValueError(f"the run {name} lacks a corruption, or has one that is not listed")
            for corruption, curve in run.curves.items():
                points = 1 + len(self.corruptions[corruption].values)
                if not len(curve.correct) == len(curve.loss) == points:
                    raise ValueError(f"{name}, {corruption}: {points} severities are needed")
                if not 0 <= min(curve.correct) <= max(curve.correct) <= self.n:
                    raise ValueError(f"{name}, {corruption}: more right answers than pictures, or fewer than none")
        if self.reference is not None and self.reference not in self.runs:
            raise ValueError(f"the reference {self.reference} is not among the runs")
        return self

    def accuracy(self, run: str, corruption: str) -> tuple[float, ...]:
        """Return a run's accuracy by severity, 0..1; severity 0 first."""
        return tuple(correct / self.n for correct in self.runs[run].curves[corruption].correct)

    def comparable(self, other: "Robustness") -> bool:
        """Return whether the runs of both saw the same corrupted pictures and are relative to the same model."""

        def seen(one: Robustness) -> tuple[object, ...]:
            model = one.runs[one.reference].model_sha256 if one.reference else None
            return one.study, one.pictures, one.seed, one.corruptions, one.reference, model

        return seen(self) == seen(other)

    def stale(self, models: Mapping[str, str]) -> list[str]:
        """Return the runs that now hold another model than was measured.

        Args:
            models: the SHA-256 of each run's model today; a run that is not listed counts as unchanged.
        """
        return [name for name, run in self.runs.items() if models.get(name, run.model_sha256) != run.model_sha256]
