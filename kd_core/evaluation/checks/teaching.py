"""Checks of distillation: is the student compared fairly, and was it taught by what the formula says."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from kd_core.artifacts import RunRecord
from kd_core.evaluation.checks.finding import Count, Figure, Found, PValue, RunName, Share, Verbatim, check
from kd_core.evaluation.checks.view import StudyView
from kd_core.evaluation.statistics import paired_difference

RECIPE = ("alpha", "temperature", "scale_by_t2")
# What a distilled student has and its twin cannot have, or need not share.
_OWN = {"stage", "seed", "teacher", "twin", "objective", "beta", "keep", *RECIPE}
# How far rows of float32 probabilities may lie from a sum of 1; LiteRT's int8 softmax has steps of 1/256.
_ROUNDING, _ROUNDING_INT8 = 1e-3, 0.06
_LEVEL = 0.05


def _students(view: StudyView) -> list[RunRecord]:
    """Return what was distilled from the beginning; of stated figures, every run that names a teacher."""
    records = view.records.values()
    return [r for r in records if r.stage == "distill" or (r.stage == "published" and r.teacher is not None)]


@check(
    "KD001",
    "warning",
    looks_for="distilled runs without a twin that was trained without a teacher",
    sentence="{run} was distilled, and there is no twin trained without a teacher to say what that was worth.",
    remedy='Add a run with `stage = "scratch"` and the same settings, and name it as `twin`.',
)
def without_twin(view: StudyView) -> Iterator[Found]:
    """Find students whose gain cannot be told from that of mere training."""
    for record in _students(view):
        twin = view.named(record.twin)
        if twin is None or twin.stage != "scratch":
            yield Found(record.run)


@check(
    "KD023",
    "warning",
    looks_for="distilled runs whose twin was trained with another budget or another network",
    sentence="{run} and its twin {twin} differ in more than the teacher: `{keys}`.",
    remedy="Give both the same settings and train the one that was changed again.",
)
def unequal_twin(view: StudyView) -> Iterator[Found]:
    """Find twins whose settings, other than those of the teaching, are not the student's."""
    for record in _students(view):
        twin = view.named(record.twin)
        if twin is None:
            continue
        own = _OWN | {"start"} if _began_as_twins(view, record, twin) else _OWN
        keys = sorted((record.config.keys() | twin.config.keys()) - own)
        apart = [key for key in keys if record.config.get(key) != twin.config.get(key)]
        if apart:
            yield Found(record.run, {"twin": RunName(twin.run), "keys": Verbatim(", ".join(apart))})


def _began_as_twins(view: StudyView, student: RunRecord, twin: RunRecord) -> bool:
    """Return whether the two go on from a student and its own twin: that pair is looked at by itself."""
    begun = view.named(student.start)
    return begun is not None and begun.twin is not None and begun.twin == twin.start


@check(
    "KD012",
    "warning",
    looks_for="runs with a teacher whose alpha, temperature or T² switch is not recorded",
    sentence="{run} learned from {teacher}, but its record does not say `{keys}`.",
    remedy="Write them into the study: alpha 0.1 at T = 10 means one thing with the factor T² and another without.",
)
def unrecorded_recipe(view: StudyView) -> Iterator[Found]:
    """Find runs whose distillation loss cannot be written down from their record."""
    for record in view.records.values():
        if record.teacher is None:
            continue
        absent = [key for key in RECIPE if record.config.get(key) is None]
        if absent:
            yield Found(record.run, {"teacher": RunName(record.teacher), "keys": Verbatim(", ".join(absent))})


@check(
    "KD011",
    "warning",
    looks_for="students that are more accurate than their teacher, by McNemar's exact test",
    sentence="{run} has {difference} more of the leak-free test pictures right than its teacher {teacher} "
    "(n = {n}, {p}).",
    remedy="Look for a leak: pictures that the student saw and the teacher did not, or a teacher that was badly "
    "trained or read wrongly.",
)
def student_beats_teacher(view: StudyView) -> Iterator[Found]:
    """Find students that beat their teacher by more than chance on the leak-free test pictures."""
    for record in view.measured:
        teacher = view.named(record.teacher)
        pair = view.both(record, teacher) if teacher is not None else None
        if teacher is None or pair is None:
            continue
        student_right, teacher_right = (part.logits.argmax(axis=1) == part.label for part in pair)
        if student_right.sum() <= teacher_right.sum():
            continue
        found = paired_difference(student_right, teacher_right)
        if found.p_value < _LEVEL:
            values = {
                "teacher": RunName(record.teacher or ""),
                "difference": Share(found.difference),
                "n": Count(found.n),
                "p": PValue(found.p_value),
            }
            yield Found(record.run, values)


@check(
    "KD021",
    "error",
    looks_for="softmax of softmax: networks that answer with probabilities (all stored answers within 0..1 with sum "
    "1, or a stated last layer with softmax), which a distillation loss would soften a second time",
    sentence="{run} answers with probabilities where logits are meant: a loss that softens them takes the softmax "
    "of a softmax, which teaches almost nothing.",
    remedy="Take the softmax off the last layer, of teacher and student, and train again.",
)
def probabilities(view: StudyView) -> Iterator[Found]:
    """Find outputs that went through a softmax already.

    Of a measured run its stored answers say so. Of stated figures only the list of layers does; it counts where
    there is a teacher, since a network that was trained on labels alone may end in a softmax.
    """
    for record in view.records.values():
        if record.claims is not None:
            layers = record.claims.layers
            if record.teacher is not None and layers and "softmax" in layers[-1].lower():
                yield Found(record.run)
            continue
        answers = view.answers(record)
        if answers is None or not len(answers):
            continue
        int8 = record.model is not None and record.model.precision == "int8"
        rounding = _ROUNDING_INT8 if int8 else _ROUNDING
        within = answers.logits.min() >= 0 and answers.logits.max() <= 1
        if within and np.abs(answers.logits.astype(np.float64).sum(axis=1) - 1).max() <= rounding:
            yield Found(record.run)


@check(
    "KD022",
    "error",
    looks_for="softmax of softmax: a distillation loss that in every epoch lies below 1 / (2 T²), the most by which "
    "probabilities that are softened again can differ",
    sentence="The distillation loss of {run} is at most {most} nats in any epoch, at T = {temperature}. Probabilities "
    "that are softened again cannot differ by more than {bound}; untrained logits do.",
    remedy="Look whether the loss is given probabilities instead of logits; take the softmax off and train again.",
)
def tiny_divergence(view: StudyView) -> Iterator[Found]:
    """Find trainings whose divergence never left what softened probabilities allow.

    Let a and b be vectors of probabilities and d = (a - b) / T. Then KL(softmax(a / T) || softmax(b / T)) =
    E[d] + log E[exp(-d)], the expectation under the first, which by Hoeffding's lemma (1963) is at most
    (max d - min d)² / 8; as both sum to 1, max d - min d <= 2 / T, so that the divergence is at most 1 / (2 T²).
    A student that begins with random weights, taught by logits, is far above that in its first epochs; hence only
    runs that were distilled from the beginning are looked at, and only with their first epoch in the history, as
    our history keeps the divergence: without the factor T². One that goes on from another run may begin close to its
    teacher, and so may in time one that inherits pretrained layers, whose first epoch is not.
    """
    for record in _students(view):
        if record.config.get("start") is not None:
            continue
        history, temperature = view.history(record), _positive(record.config.get("temperature"))
        if history is None or temperature is None or 1 not in history["epoch"].to_numpy():
            continue
        losses = history["distillation_loss"].dropna()
        bound = 1 / (2 * temperature**2)
        if len(losses) and losses.max() <= bound:
            values = {"most": Figure(losses.max()), "temperature": Figure(temperature), "bound": Figure(bound)}
            yield Found(record.run, values)


def _positive(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and value > 0 else None
