"""Checks of the answers themselves: against the parent, the teacher, and the pictures that were to be answered."""

import math
from collections.abc import Iterator

import numpy as np
import scipy

from kd_core.artifacts import RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.calibration import calibration_error
from kd_core.evaluation.checks.finding import Count, Found, PValue, RunName, Share, SplitName, check
from kd_core.evaluation.checks.view import StudyView
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.pairing import agreement
from kd_core.evaluation.proportions import wilson
from kd_core.evaluation.statistics import paired_difference

# Rounding to 256 steps alone moves far fewer answers than this where the ranges were calibrated well.
LEAST_AGREEMENT = 0.97
_LEVEL = 0.05
_BINS = 15


def low_agreement(record: RunRecord, share: float) -> bool:
    """Return whether a run that was only rounded answers otherwise than its parent more often than rounding may.

    That is an int8 run of the stage "quantize". Quantization-aware training trains on, and moves answers for the
    better as well: it is not held to this (KD009 is for it).

    Args:
        record: the run.
        share: of pictures to which the run and its parent give the same class, 0..1, as
            ``kd_core.evaluation.pairing.agreement`` returns it.
    """
    rounded = record.stage == "quantize" and record.model is not None and record.model.precision == "int8"
    return rounded and share < LEAST_AGREEMENT


def disagreement(record: RunRecord, share: float, *, split: str, n: int) -> Found | None:
    """Return what KD007 says of a run on a split of ``n`` pictures; None where nothing is wrong."""
    if not low_agreement(record, share):
        return None
    values = {
        "parent": RunName(record.parent or ""),
        "agreement": Share(share),
        "least": Share(LEAST_AGREEMENT),
        "split": SplitName(split),
        "n": Count(n),
    }
    return Found(record.run, values)


@check(
    "KD007",
    "warning",
    looks_for=f"runs quantized to int8 after training that agree with their parent on less than {LEAST_AGREEMENT:.0%} "
    "of the test pictures",
    sentence="{run} gives the same answer as {parent}, of which it is the rounded form, to only {agreement} of the "
    "pictures ({split}, n = {n}); rounding alone should leave {least}.",
    remedy="Set the ranges with more representative pictures, or let quantization-aware training find them.",
)
def rounded_away(view: StudyView) -> Iterator[Found]:
    """Find int8 runs that answer otherwise than what they were rounded from, on the test split as published."""
    for record in view.measured:
        parent = view.parent(record)
        answers = view.answers(record) if parent and record.stage == "quantize" else None
        others = view.answers(parent) if parent and answers is not None else None
        if answers is None or others is None:
            continue
        test = answers.of("test")
        try:
            found = disagreement(record, agreement(test, others.of("test")), split="test", n=len(test))
        except KdError:
            continue
        if found:
            yield found


@check(
    "KD009",
    "warning",
    looks_for="low agreement at equal accuracy: runs that cannot be told from their parent or teacher by accuracy, "
    "and answer otherwise as often as a network that was trained apart",
    sentence="{run} and {other} are equally accurate ({p}, n = {n}), and yet give the same answer to only "
    "{agreement} of the leak-free test pictures; networks that know nothing of each other would to {chance}.",
    remedy="Do not call it the same model: look at the pictures that only one of them has right, and fine-tune with "
    "the teacher's answers to keep them.",
)
def other_answers(view: StudyView) -> Iterator[Found]:
    """Find runs that lie nearer to independence from their reference than to being it.

    The reference is the parent, of a student its teacher. Two networks with accuracies a and b whose mistakes have
    nothing to do with each other agree on a b + (1 - a) (1 - b) / (K - 1) of the pictures, where wrong answers fall
    evenly on the K - 1 other classes. "Low" is an agreement whose whole 95 % interval (Wilson) lies in the lower half
    between that and 1; error consistency (Geirhos, Meding, Wichmann 2020) corrects for chance in the same way.
    """
    for record in view.measured:
        reference = _reference(view, record)
        pair = view.both(record, reference) if reference is not None else None
        if reference is None or pair is None:
            continue
        first, second = (part.logits.argmax(axis=1) for part in pair)
        label, classes = pair[0].label, len(pair[0].classes)
        same = int((first == second).sum())
        interval = wilson(same, len(label))
        a, b = float(np.mean(first == label)), float(np.mean(second == label))
        chance = a * b + (1 - a) * (1 - b) / max(classes - 1, 1)
        if interval.high >= (1 + chance) / 2:
            continue
        tested = paired_difference(first == label, second == label)
        if tested.p_value >= _LEVEL:
            values = {
                "other": RunName(record.parent or record.teacher or ""),
                "p": PValue(tested.p_value),
                "n": Count(len(label)),
                "agreement": Share(same / len(label)),
                "chance": Share(chance),
            }
            yield Found(record.run, values)


@check(
    "KD010",
    "warning",
    looks_for="students whose confidence is further from the truth than their teacher's, and compressed runs whose is "
    "further than their parent's, by more than chance",
    sentence="The confidence of {run} is off by {error} on average (ECE on the leak-free test pictures, n = {n}), that "
    "of {other} by {before}.",
    remedy="Do not use its confidence as it stands: scale its logits by a temperature that is fitted on validation.",
)
def worse_calibrated(view: StudyView) -> Iterator[Found]:
    """Find runs whose expected calibration error exceeds that of what they were made from, or taught by.

    What a compressed run takes over from its parent is said of the parent. Chance alone gives a perfectly calibrated
    network an error: with n_m of n pictures in each of M bins, the mean of |accuracy - confidence| is at most
    sqrt(2 / pi) / 2 / sqrt(n_m) (the mean of a half-normal, p (1 - p) <= 1/4), and the whole, by Cauchy and Schwarz,
    at most 0.4 sqrt(M / n). Only a difference beyond that counts: 3.2 points for 2,400 pictures.
    """
    for record in view.measured:
        reference = _reference(view, record)
        pair = view.both(record, reference) if reference is not None else None
        if reference is None or pair is None:
            continue
        error, before = (calibration_error(softmax(part.logits), part.label, bins=_BINS) for part in pair)
        n = len(pair[0])
        if error - before > math.sqrt(2 / math.pi) / 2 * math.sqrt(_BINS / n):
            values = {
                "error": Share(error),
                "n": Count(n),
                "other": RunName(record.parent or record.teacher or ""),
                "before": Share(before),
            }
            yield Found(record.run, values)


@check(
    "KD031",
    "error",
    looks_for="runs that are no better on the test pictures than always naming the commonest class",
    sentence="{run} has {accuracy} of the test pictures right (n = {n}); always naming the commonest class "
    "has {guess}.",
    remedy="Look at its input scale, the order of its classes and its history: it does not see, or was never trained.",
)
def guessing(view: StudyView) -> Iterator[Found]:
    """Find runs whose right answers a one-sided exact binomial test cannot tell from the commonest class's share."""
    for record in view.measured:
        test = view.clean(record)
        if test is None or not len(test):
            continue
        right = int((test.logits.argmax(axis=1) == test.label).sum())
        guess = float(np.bincount(test.label).max() / len(test))
        if guess < 1 and scipy.stats.binomtest(right, len(test), guess, alternative="greater").pvalue >= _LEVEL:
            values = {"accuracy": Share(right / len(test)), "n": Count(len(test)), "guess": Share(guess)}
            yield Found(record.run, values)


@check(
    "KD032",
    "error",
    looks_for="runs that were evaluated on other pictures than the data set's",
    sentence="{run} has answers to {answered} pictures of the split {split}, of which {unknown} are not in the data "
    "set; {missing} of the {n} pictures there have none.",
    remedy="Evaluate the run again: its figures are of another set of pictures than those of the other runs.",
)
def other_pictures(view: StudyView) -> Iterator[Found]:
    """Find stored answers that are not exactly one for each evaluated picture of the index."""
    if view.index is None:
        return
    frame = view.index
    listed = {split: set(frame.loc[frame["split"] == split, "path"]) for split in ("val", "test")}
    for record in view.measured:
        answers = view.answers(record)
        if answers is None:
            continue
        for split, paths in listed.items():
            answered = answers.of(split).path
            own = set(answered)
            if own != paths or len(own) != len(answered):
                values = {
                    "split": SplitName(split),
                    "answered": Count(len(answered)),
                    "unknown": Count(len(own - paths)),
                    "missing": Count(len(paths - own)),
                    "n": Count(len(paths)),
                }
                yield Found(record.run, values)


def _reference(view: StudyView, record: RunRecord) -> RunRecord | None:
    """Return what a run's answers are set against: its parent, of a student its teacher."""
    return view.named(record.parent or record.teacher)
