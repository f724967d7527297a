"""Where the original's slides disagree with themselves, every figure recomputed from the stated ones."""

import math

import numpy as np

from kd_core.artifacts.schema import Contradiction
from kd_core.published.figures import Figures, Matrix

# Student 3 at 256 px before its average pooling: stride 2 in the stem, in its pooling and in the first block.
_MAP_BEFORE_POOLING = (32, 32, 512)
_DENSE_UNITS = 256
_BYTES_OF_FLOAT32 = 4


def contradictions(figures: Figures) -> list[Contradiction]:
    """Return every contradiction, one a code; values are plain numbers and strings, accuracies and shares in 0..1."""
    return [
        _axis_label(figures),
        _picture_count(figures),
        _per_class_range(figures),
        _accuracy_vs_matrix(figures),
        _savings_disk(figures),
        _parameters_with_masks(figures),
        _epochs(figures),
        _student2_losses(figures),
        _impossible_layer(figures),
    ]


def matrix_accuracy(matrix: Matrix) -> float:
    """Return the share of pictures on the diagonal, which does not depend on which axis is the true one."""
    counts = np.asarray(matrix)
    return float(np.trace(counts) / counts.sum())


def _axis_label(figures: Figures) -> Contradiction:
    """The sums over the true classes must be the same for both models, and no more than the set has pictures."""
    teacher, student = np.asarray(figures.confusion.teacher), np.asarray(figures.confusion.student3)
    in_the_set = np.asarray(figures.dataset.test_images_in_the_set)
    largest = int(teacher.sum(axis=1).argmax())
    return Contradiction(
        code="axis-label",
        values={
            "stated_axis_of_true_classes": figures.confusion.axis_of_true_classes,
            "classes": len(figures.classes),
            "equal_row_sums": _count(teacher.sum(axis=1) == student.sum(axis=1)),
            "equal_column_sums": _count(teacher.sum(axis=0) == student.sum(axis=0)),
            "row_sums_within_the_set": _count(teacher.sum(axis=1) <= in_the_set),
            "teacher_column_sums_within_the_set": _count(teacher.sum(axis=0) <= in_the_set),
            "student3_column_sums_within_the_set": _count(student.sum(axis=0) <= in_the_set),
            "largest_class": figures.classes[largest],
            "largest_row_sum": int(teacher.sum(axis=1)[largest]),
            "largest_in_the_set": int(in_the_set[largest]),
        },
    )


def _picture_count(figures: Figures) -> Contradiction:
    in_matrix, in_the_set = int(np.sum(figures.confusion.teacher)), sum(figures.dataset.test_images_in_the_set)
    return Contradiction(
        code="picture-count",
        values={
            "teacher_matrix": in_matrix,
            "student3_matrix": int(np.sum(figures.confusion.student3)),
            "set": in_the_set,
            "missing": in_the_set - in_matrix,
        },
    )


def _per_class_range(figures: Figures) -> Contradiction:
    low, high = figures.dataset.test_images_per_class
    in_matrix = np.sum(figures.confusion.teacher, axis=1)
    in_the_set = np.asarray(figures.dataset.test_images_in_the_set)
    return Contradiction(
        code="per-class-range",
        values={
            "stated_low": low,
            "stated_high": high,
            "matrix_low": int(in_matrix.min()),
            "matrix_high": int(in_matrix.max()),
            "set_low": int(in_the_set.min()),
            "set_high": int(in_the_set.max()),
            "classes": len(figures.classes),
            "classes_outside_in_matrix": _count((in_matrix < low) | (in_matrix > high)),
            "classes_outside_in_set": _count((in_the_set < low) | (in_the_set > high)),
        },
    )


def _accuracy_vs_matrix(figures: Figures) -> Contradiction:
    return Contradiction(
        code="accuracy-vs-matrix",
        values={
            "teacher_stated": figures.teacher.test_accuracy,
            "teacher_matrix": matrix_accuracy(figures.confusion.teacher),
            "student3_stated": figures.student3.test_accuracy,
            "student3_matrix": matrix_accuracy(figures.confusion.student3),
            "pictures": int(np.sum(figures.confusion.teacher)),
        },
    )


def _savings_disk(figures: Figures) -> Contradiction:
    """The teacher's size fits a checkpoint: all weights in float32 and two Adam moments of the trainable ones."""
    teacher, student = figures.teacher, figures.student3
    checkpoint = (teacher.total_params + 2 * teacher.trainable_params) * _BYTES_OF_FLOAT32
    return Contradiction(
        code="savings-disk",
        values={
            "stated": figures.savings.disk,
            "from_stated_sizes": 1 - student.size_mb / teacher.size_mb,
            "teacher_mb": teacher.size_mb,
            "student3_mb": student.size_mb,
            "teacher_with_optimizer_mib": checkpoint / 2**20,
            "teacher_weights_mib": teacher.total_params * _BYTES_OF_FLOAT32 / 2**20,
            "from_float32_weights": 1 - student.stripped_params / teacher.total_params,
        },
    )


def _parameters_with_masks(figures: Figures) -> Contradiction:
    teacher, student = figures.teacher, figures.student3
    return Contradiction(
        code="parameters-with-masks",
        values={
            "stated": student.total_params,
            "stripped": student.stripped_params,
            "wrappers": student.total_params - student.stripped_params,
            "saving_stated": figures.savings.total_params,
            "saving_with_wrappers": 1 - student.total_params / teacher.total_params,
            "saving_stripped": 1 - student.stripped_params / teacher.total_params,
        },
    )


def _epochs(figures: Figures) -> Contradiction:
    listed, shown = figures.student3.listed_epochs, figures.student3.epochs
    return Contradiction(code="epochs", values={"run": "student3", "listed": listed, "shown": shown})


def _student2_losses(figures: Figures) -> Contradiction:
    """Accuracy falls from training to validation to test, so the losses should rise; the test loss is the lowest.

    ``loss_of_guessing`` is the cross-entropy of equal probabilities for all classes, in nats.
    """
    student = figures.student2
    return Contradiction(
        code="student2-losses",
        values={
            "train_accuracy": student.train_accuracy,
            "validation_accuracy": student.validation_accuracy,
            "test_accuracy": student.test_accuracy,
            "train_loss": student.train_loss,
            "validation_loss": student.validation_loss,
            "test_loss": student.test_loss,
            "loss_of_guessing": math.log(len(figures.classes)),
        },
    )


def _impossible_layer(figures: Figures) -> Contradiction:
    """A map that was flattened can be pooled no more, and the dense layer alone would exceed the stated count."""
    student = figures.student3
    return Contradiction(
        code="impossible-layer",
        values={
            "run": "student3",
            "listed": ", ".join(student.listed_but_impossible),
            "before": next(layer for layer in student.layers if layer.startswith("AveragePooling")),
            "its_parameters": (math.prod(_MAP_BEFORE_POOLING) + 1) * _DENSE_UNITS,
            "stated_parameters": student.total_params,
        },
    )


def _count(mask: np.ndarray) -> int:
    return int(mask.sum())
