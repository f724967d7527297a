"""The figures that the original project's presentation states, as data."""

import tomllib
from importlib.resources import files
from typing import Literal, Self

import numpy as np
from pydantic import model_validator

from kd_core.artifacts.schema import Record

Range = tuple[int, int]
Matrix = tuple[tuple[int, ...], ...]


class DataSet(Record):
    """What is stated about the data set, and what the data set itself has; counts of pictures, size in pixels."""

    train_images_per_class: int
    validation_images_per_class: Range
    test_images_per_class: Range
    resolution: int
    test_images_in_the_set: tuple[int, ...]


class Distillation(Record):
    """The loss: ``alpha * student + (1 - alpha) * distillation`` at a temperature."""

    student_loss: str
    distillation_loss: str
    alpha: float
    temperature: float


class Decay(Record):
    """An exponential decay: the learning rate times ``rate`` every ``steps`` steps."""

    steps: int
    rate: float


class EndPoint(Record):
    """The last values of a training curve; accuracy in 0..1, losses as stated."""

    train_accuracy: float
    validation_accuracy: float
    train_loss: float
    validation_loss: float


Point = tuple[int, str, EndPoint]
"""The epoch after which the values were read, the first and last epoch of that stretch of training, the values."""


class Stated(Record):
    """What is stated about every model; accuracy in 0..1."""

    epochs: int
    augmentation: bool
    learning_rate: float
    learning_rate_decay: Literal[False] | Decay
    test_accuracy: float
    test_loss: float


class Sized(Record):
    """What is stated about the cost of a model."""

    test_runtime_s: float
    total_params: int
    trainable_params: int
    size_mb: float


class Unbroken(Stated, EndPoint):
    """A model that was trained in one go."""

    @property
    def end_points(self) -> tuple[Point, ...]:
        """Return the one point of the curve that is stated."""
        return ((self.epochs, f"1-{self.epochs}", self),)


class Teacher(Unbroken, Sized):
    """The teacher: a frozen backbone and the layers on it."""

    backbone: str
    head: tuple[str, ...]
    weight_decay: str

    @property
    def layers(self) -> tuple[str, ...]:
        """Return the backbone, as one layer, and the head."""
        return (self.backbone, *self.head)


class Student(Unbroken):
    """Student 1 or 2."""

    layers: tuple[str, ...]


class Student3(Stated, Sized):
    """Student 3, whose training was resumed after epoch 10; ``stripped_params`` are those without pruning wrappers."""

    layers: tuple[str, ...]
    listed_but_impossible: tuple[str, ...]
    listed_epochs: int
    stripped_params: int
    after_epoch_10: EndPoint
    after_epoch_24: EndPoint

    @property
    def end_points(self) -> tuple[Point, ...]:
        """Return the two points of the curve that are stated."""
        return (10, "1-10", self.after_epoch_10), (24, "11-24", self.after_epoch_24)


Model = Teacher | Student | Student3


class Savings(Record):
    """What student 3 is said to save against the teacher, as shares in 0..1."""

    total_params: float
    trainable_params: float
    disk: float


class Confusion(Record):
    """The confusion matrices as printed, [15][15] counts of test pictures, and which axis the slides call the true."""

    axis_of_true_classes: Literal["rows", "columns"]
    teacher: Matrix
    student3: Matrix


class Figures(Record):
    """Everything that ``figures.toml`` holds."""

    classes: tuple[str, ...]
    dataset: DataSet
    distillation: Distillation
    teacher: Teacher
    student1: Student
    student2: Student
    student3: Student3
    savings: Savings
    confusion: Confusion

    @property
    def models(self) -> dict[str, Model]:
        """Return the four models by the name of their run."""
        return {
            "teacher": self.teacher,
            "student1": self.student1,
            "student2": self.student2,
            "student3": self.student3,
        }

    @model_validator(mode="after")
    def _shapes_fit(self) -> Self:
        count = len(self.classes)
        for matrix in (self.confusion.teacher, self.confusion.student3):
            if np.shape(matrix) != (count, count):
                raise ValueError(f"a confusion matrix is {np.shape(matrix)}, not {count} x {count}")
        if len(self.dataset.test_images_in_the_set) != count:
            raise ValueError(
                f"test_images_in_the_set has {len(self.dataset.test_images_in_the_set)} of {count} classes"
            )
        return self


def load_figures() -> Figures:
    """Return the published figures, read from the package."""
    text = files("kd_core.published").joinpath("figures.toml").read_text(encoding="utf-8")
    return Figures.model_validate(tomllib.loads(text))
