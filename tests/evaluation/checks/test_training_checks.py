"""Checks of a training: what selected, whether it was cut short, whether its figures are numbers."""

import numpy as np
import pytest

from tests.evaluation.checks.studies import Small


@pytest.mark.parametrize(
    ("fields", "split", "metric"),
    [
        ({"selection__split": "test"}, "test", "val_accuracy"),
        ({"selection__split": "train"}, "train", "val_accuracy"),
        ({"selection__metric": "test_accuracy"}, "test", "test_accuracy"),
    ],
)
def test_selection_on_another_split_than_validation_is_an_error(
    small: Small, fields: dict[str, str], split: str, metric: str
) -> None:
    small.change("student", **fields)
    assert small.codes() == [("KD013", "error", "student")]
    assert small.values("KD013") == {"split": split, "metric": metric}


def test_another_metric_of_validation_is_not(small: Small) -> None:
    small.change("student", selection__metric="accuracy_leak_free")
    assert small.codes() == []


def test_a_trained_run_that_does_not_say_what_selected_it_is_found(small: Small) -> None:
    small.change("student", selection=None)
    assert small.codes() == [("KD024", "warning", "student")]


@pytest.mark.parametrize(
    ("epoch", "value", "found"), [(2, 0.7, False), (3, 0.6, True), (2, 0.71, True), (9, 0.7, True)]
)
def test_the_epoch_must_be_validations_best_and_its_value_the_historys(
    small: Small, epoch: int, value: float, found: bool
) -> None:
    small.change("student", selection__epoch=epoch, selection__value=value)
    assert small.codes() == ([("KD025", "warning", "student")] if found else [])


def test_of_equally_good_epochs_either_may_be_kept(small: Small) -> None:
    small.history("student", val_accuracy=[0.7, 0.7, 0.6])
    assert small.codes() == []


@pytest.mark.parametrize(("reached", "found"), [([0.1, 0.5, 0.5], False), ([0.5, 0.5, 0.5], True)])
def test_before_its_sparsity_is_reached_no_epoch_of_a_pruned_run_counts(
    small: Small, reached: list[float], found: bool
) -> None:
    small.history("pruned", sparsity=reached, val_accuracy=[0.8, 0.7, 0.6])
    assert small.codes() == ([("KD025", "warning", "pruned")] if found else [])


@pytest.mark.parametrize(("epochs", "found"), [(3, False), (4, True)])
def test_a_training_that_ended_early_is_found(small: Small, epochs: int, found: bool) -> None:
    small.change("pruned", config__epochs=epochs)
    assert small.codes() == ([("KD026", "warning", "pruned")] if found else [])
    if found:
        assert small.values("KD026") == {"planned": 4, "done": 3}


@pytest.mark.parametrize(
    ("columns", "count"),
    [({"loss": [2.0, np.nan, np.inf]}, 2), ({"distillation_loss": [0.6, np.inf, 0.5]}, 1), ({"val_loss": np.nan}, 3)],
)
def test_losses_that_are_no_numbers_are_an_error(small: Small, columns: dict[str, object], count: int) -> None:
    small.history("student", **columns)
    assert small.codes() == [("KD027", "error", "student")]
    assert small.values("KD027") == {"count": count, "where": "history.csv"}


def test_gaps_where_a_stage_has_no_figure_are_none(small: Small) -> None:
    small.history("teacher", distillation_loss=np.nan, student_loss=np.nan, sparsity=np.nan)
    assert small.codes() == []


def test_answers_that_are_no_numbers_are_an_error(small: Small) -> None:
    def broken(logits: np.ndarray, _: np.ndarray) -> np.ndarray:
        logits = logits.copy()
        logits[40, 1], logits[41, 2] = np.nan, -np.inf
        return logits

    small.logits("scratch", broken)
    assert small.codes() == [("KD027", "error", "scratch")]
    assert small.values("KD027") == {"count": 2, "where": "predictions.parquet"}
