"""What distillation asks of a student on stored logits: softened targets, their entropy and the parts of the loss."""

from dataclasses import dataclass

import numpy as np
import scipy


@dataclass(frozen=True)
class LossParts:
    """The distillation loss and what it is made of, in nats, as the mean over the batch.

    ``total = alpha * student + (1 - alpha) * distillation``.
    """

    total: float
    student: float
    distillation: float


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Return the Shannon entropy over the last axis, in nats, float64: 0 (certain) to ln K (knows nothing).

    ``H(p) = -sum_k p_k ln p_k``, with ``0 ln 0 = 0``.
    """
    return scipy.special.entr(np.asarray(probabilities, np.float64)).sum(axis=-1)


def kl_divergence(teacher_logits: np.ndarray, student_logits: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """Return ``KL(softmax(t / T) || softmax(s / T))`` of every picture, in nats, float64: shape [batch], 0 or more.

    Taken from the logarithms of both, so that a class that the student rules out costs what it costs and is never
    infinite.

    Args:
        teacher_logits: float, shape [batch, classes].
        student_logits: float, the same shape.
        temperature: T, greater than 0.
    """
    log_p, log_q = (
        scipy.special.log_softmax(np.asarray(z, np.float64) / temperature, axis=-1)
        for z in (teacher_logits, student_logits)
    )
    # Between nearly equal answers rounding leaves a sum just below zero, which no divergence is.
    return np.maximum((np.exp(log_p) * (log_p - log_q)).sum(axis=-1), 0.0)


def loss_parts(
    teacher_logits: np.ndarray,
    student_logits: np.ndarray,
    labels: np.ndarray,
    *,
    temperature: float,
    alpha: float,
    scale_by_t2: bool = False,
) -> LossParts:
    """Return the loss of Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network" (2015).

    ``alpha * CE(y, softmax(s)) + (1 - alpha) * KL(softmax(t / T) || softmax(s / T))``, where the cross entropy is
    taken at temperature 1, the divergence is summed over the classes, and both are averaged over the batch. With
    ``scale_by_t2`` the divergence is multiplied by T squared, which keeps its gradient's size independent of T.

    Args:
        teacher_logits: float, shape [batch, classes]; logits, never probabilities.
        student_logits: float, shape [batch, classes].
        labels: int class indices, shape [batch].
        temperature: T, greater than 0.
        alpha: the share of the cross entropy, 0 to 1.
        scale_by_t2: whether the divergence is multiplied by T squared.

    Raises:
        ValueError: if the shapes differ, ``temperature`` is not positive or ``alpha`` is outside 0..1.
    """
    teacher, student = np.asarray(teacher_logits, np.float64), np.asarray(student_logits, np.float64)
    if teacher.ndim != 2 or teacher.shape != student.shape or len(labels) != len(student):
        raise ValueError(f"shapes differ: teacher {teacher.shape}, student {student.shape}, labels {len(labels)}")
    if temperature <= 0 or not 0 <= alpha <= 1:
        raise ValueError(f"temperature {temperature} must be positive and alpha {alpha} within 0 and 1")
    cross_entropy = -scipy.special.log_softmax(student, axis=-1)[np.arange(len(student)), np.asarray(labels)].mean()
    divergence = kl_divergence(teacher, student, temperature).mean()
    if scale_by_t2:
        divergence *= temperature**2
    total = alpha * cross_entropy + (1 - alpha) * divergence
    return LossParts(total=float(total), student=float(cross_entropy), distillation=float(divergence))
