"""Fidelity: how far a student gives its teacher's answers, the wrong ones included.

Stanton, Izmailov, Kirichenko, Alemi and Wilson, "Does Knowledge Distillation Really Work?" (2021): a student can be as
accurate as its teacher and still be another function. Top-1 agreement and the divergence of the distributions say how
much of the teacher it took over. On pictures that the teacher has right, agreement is accuracy by another name; the
teacher's mistakes tell imitation from knowing the animal.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.evaluation.distillation import kl_divergence
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.paired_means import MeanDifference, mean_difference
from kd_core.evaluation.pairing import common
from kd_core.evaluation.statistics import PairedDifference, paired_difference


@dataclass(frozen=True)
class Imitation:
    """A student beside its teacher, picture by picture; all of shape [n].

    ``label``: int64 true classes. ``teacher_right``, ``student_right``: bool. ``agrees``: bool, the same class, right
    or wrong. ``kl``: float64, ``KL(teacher || student)`` in nats at temperature 1. ``group``: int64, the same for
    near-copies.
    """

    label: np.ndarray
    teacher_right: np.ndarray
    student_right: np.ndarray
    agrees: np.ndarray
    kl: np.ndarray
    group: np.ndarray

    def where(self, mask: np.ndarray) -> "Imitation":
        """Return the pictures that ``mask`` (bool, shape [n]) selects."""
        return Imitation(
            self.label[mask],
            self.teacher_right[mask],
            self.student_right[mask],
            self.agrees[mask],
            self.kl[mask],
            self.group[mask],
        )


@dataclass(frozen=True)
class Fidelity:
    """How faithful a student is on ``n`` pictures; every share with its own count, NaN where that is 0.

    Of the ``teacher_wrong`` pictures that the teacher gets wrong the student has ``copied`` the very mistake,
    ``corrected`` some, and made a mistake of its own in the rest. ``kl`` is the mean in nats.
    """

    n: int
    agreed: int
    student_right: int
    teacher_wrong: int
    copied: int
    corrected: int
    kl: float

    @property
    def agreement(self) -> float:
        """Share of all pictures with the same answer, 0..1: top-1 agreement."""
        return _share(self.agreed, self.n)

    @property
    def accuracy(self) -> float:
        """Share of all pictures that the student gets right, 0..1."""
        return _share(self.student_right, self.n)

    @property
    def teacher_right(self) -> int:
        """How many pictures the teacher gets right."""
        return self.n - self.teacher_wrong

    @property
    def kept(self) -> int:
        """How many of the teacher's right answers the student gives too."""
        return self.agreed - self.copied

    @property
    def agreement_right(self) -> float:
        """Share of the teacher's right answers that the student gives too, 0..1."""
        return _share(self.kept, self.teacher_right)

    @property
    def agreement_wrong(self) -> float:
        """Share of the teacher's mistakes that the student makes in the same way, 0..1."""
        return _share(self.copied, self.teacher_wrong)


@dataclass(frozen=True)
class FidelityChange:
    """What distillation changed: a student minus its twin, which never saw the teacher, on the same pictures.

    ``student`` and ``twin`` are their fidelities to the one teacher there. The differences are of the shares with the
    teacher's answer: of all pictures, of those that the teacher has right, of those that it has wrong (None where there
    are none), and of the divergence in nats, where a negative one means closer to the teacher.
    """

    student: Fidelity
    twin: Fidelity
    agreement: PairedDifference
    right: PairedDifference | None
    wrong: PairedDifference | None
    kl: MeanDifference


def imitation(student: Predictions, teacher: Predictions, index: pd.DataFrame | None = None) -> Imitation:
    """Return how a student stands to its teacher on the pictures that both were asked, ordered as in ``student``.

    Args:
        student: stored answers of the one that is measured.
        teacher: stored answers of the one that is the measure.
        index: the study's ``data.parquet``, which knows the near-copies; None: every picture is a group of its own.

    Raises:
        KdError: if the two tell different classes apart or have no picture in common.
    """
    own, taught = common(student, teacher)
    answer, example = own.logits.argmax(axis=1), taught.logits.argmax(axis=1)
    return Imitation(
        label=own.label,
        teacher_right=example == own.label,
        student_right=answer == own.label,
        agrees=answer == example,
        kl=kl_divergence(taught.logits, own.logits),
        group=picture_groups(own, index),
    )


def fidelity(pictures: Imitation) -> Fidelity:
    """Return the counts and the mean divergence over the given pictures, which may be none."""
    wrong = ~pictures.teacher_right
    return Fidelity(
        n=len(pictures.label),
        agreed=int(pictures.agrees.sum()),
        student_right=int(pictures.student_right.sum()),
        teacher_wrong=int(wrong.sum()),
        copied=int((pictures.agrees & wrong).sum()),
        corrected=int((pictures.student_right & wrong).sum()),
        kl=float(pictures.kl.mean()) if len(pictures.kl) else float("nan"),
    )


def fidelity_by_class(pictures: Imitation, classes: int) -> tuple[Fidelity, ...]:
    """Return the fidelity on the pictures of each true class, in the order of the classes."""
    return tuple(fidelity(pictures.where(pictures.label == i)) for i in range(classes))


def fidelity_change(
    student: Predictions, twin: Predictions, teacher: Predictions, index: pd.DataFrame | None = None
) -> FidelityChange:
    """Compare a student with its twin by how they stand to the student's teacher, on the pictures that all three saw.

    Both differences are tested on the same pictures: agreement by McNemar's test on "gives the teacher's answer",
    divergence by flipping signs. Their intervals draw near-copies together.

    Args:
        student: stored answers of the distilled student.
        twin: stored answers of the same network that never saw the teacher.
        teacher: stored answers of the student's teacher.
        index: as in ``imitation``.

    Raises:
        KdError: if two of them tell different classes apart or have no picture in common.
    """
    student, twin = common(student, twin)
    own, teacher = common(student, teacher)
    taught, untaught = imitation(own, teacher, index), imitation(twin, teacher)
    return FidelityChange(
        student=fidelity(taught),
        twin=fidelity(untaught),
        agreement=paired_difference(taught.agrees, untaught.agrees, taught.group),
        right=_difference(taught, untaught, taught.teacher_right),
        wrong=_difference(taught, untaught, ~taught.teacher_right),
        kl=mean_difference(taught.kl, untaught.kl, taught.group),
    )


def _difference(taught: Imitation, untaught: Imitation, mask: np.ndarray) -> PairedDifference | None:
    if not mask.any():
        return None
    return paired_difference(taught.agrees[mask], untaught.agrees[mask], taught.group[mask])


def _share(count: int, n: int) -> float:
    return count / n if n else float("nan")
