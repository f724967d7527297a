"""The headline comparison: teacher against student in a handful of figures, with the claims beside them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dashboard.tables.figures import Figures

# What is compared, in the order of the page.
MEASURED = ("accuracy_leak_free", "accuracy", "loss", "size_bytes", "parameters", "test_seconds")
# What an overview opens with, below the accuracy.
OPENING_COSTS = ("size_bytes", "parameters", "test_seconds")
STATED = ("accuracy", "loss", "size_bytes", "parameters", "test_seconds")
COSTS = frozenset({"size_bytes", "parameters", "test_seconds", "latency_ms"})


@dataclass(frozen=True)
class Duel:
    """One figure of teacher and student, and what the slides claim for theirs; None is not known."""

    figure: str
    teacher: float | None
    student: float | None
    claimed_teacher: float | None = None
    claimed_student: float | None = None

    @property
    def difference(self) -> float | None:
        """Return student minus teacher."""
        if self.teacher is None or self.student is None:
            return None
        return self.student - self.teacher

    @property
    def factor(self) -> float | None:
        """Return how many times the teacher's cost the student's is contained in; None for what is no cost."""
        if self.figure not in COSTS or not self.teacher or not self.student:
            return None
        return self.teacher / self.student


def duels(
    teacher: Figures | None, student: Figures | None, claimed: tuple[Figures, Figures] | None = None
) -> list[Duel]:
    """Return the figures to compare, those left out of which neither side knows anything.

    Args:
        teacher: the teacher's figures; None when the study has no teacher.
        student: the student's figures; None when there is no student.
        claimed: the published teacher's and student's figures, shown beside measured ones.
    """
    shown = [side for side in (teacher, student) if side is not None]
    names = STATED if shown and all(side.published for side in shown) else MEASURED
    found = [
        Duel(
            figure=name,
            teacher=_figure(teacher, name),
            student=_figure(student, name),
            claimed_teacher=_figure(claimed[0], name) if claimed else None,
            claimed_student=_figure(claimed[1], name) if claimed else None,
        )
        for name in names
    ]
    return [duel for duel in found if duel.teacher is not None or duel.student is not None]


def opening(found: Sequence[Duel]) -> tuple[list[Duel], list[Duel]]:
    """Return the duels that an overview opens with, at most four, and what it adds in a line.

    Where no picture of the split has a copy in training, accuracy and leak-free accuracy are one figure: it is told
    once, and the claims, which know of no leaks, stand beside it.
    """
    by_figure = {duel.figure: duel for duel in found}
    clean, accuracy = by_figure.pop("accuracy_leak_free", None), by_figure.pop("accuracy", None)
    aside: list[Duel] = []
    if clean and accuracy:
        if (clean.teacher, clean.student) == (accuracy.teacher, accuracy.student):
            clean = replace(accuracy, figure=clean.figure)
        else:
            aside = [accuracy]
    first = clean or accuracy
    large = [first] if first else []
    large += [by_figure.pop(name) for name in OPENING_COSTS if name in by_figure]
    return large, [*aside, *by_figure.values()]


def _figure(side: Figures | None, name: str) -> float | None:
    return None if side is None else getattr(side, name)
