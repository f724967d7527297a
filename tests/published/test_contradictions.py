from typing import Any

import pytest
from pydantic import ValidationError

from kd_core.published.contradictions import contradictions, matrix_accuracy
from kd_core.published.figures import Figures, load_figures


@pytest.fixture(scope="module")
def values() -> dict[str, dict[str, Any]]:
    return {c.code: c.values for c in contradictions(load_figures())}


def test_accuracy_of_a_matrix_is_its_diagonal_over_all() -> None:
    assert matrix_accuracy(((3, 1), (0, 4))) == 7 / 8


def test_the_rows_are_the_true_classes(values: dict[str, dict[str, Any]]) -> None:
    assert values["axis-label"] == {
        "stated_axis_of_true_classes": "columns",
        "classes": 15,
        "equal_row_sums": 15,
        "equal_column_sums": 0,
        "row_sums_within_the_set": 15,
        "teacher_column_sums_within_the_set": 8,
        "student3_column_sums_within_the_set": 6,
        "largest_class": "Cat",
        "largest_row_sum": 379,
        "largest_in_the_set": 394,
    }


def test_pictures_are_missing_from_the_matrices(values: dict[str, dict[str, Any]]) -> None:
    assert values["picture-count"] == {"teacher_matrix": 2347, "student3_matrix": 2347, "set": 2406, "missing": 59}


def test_the_stated_range_holds_for_few_classes(values: dict[str, dict[str, Any]]) -> None:
    # Outside in the matrices: 87, 28, 57, 93, 93, 98 below and 379, 299, 233, 263 above.
    # Outside in the set: 88, 30, 57, 99 below and 394, 306, 237, 270 above.
    assert values["per-class-range"] == {
        "stated_low": 100, "stated_high": 200, "matrix_low": 28, "matrix_high": 379, "set_low": 30, "set_high": 394,
        "classes": 15, "classes_outside_in_matrix": 10, "classes_outside_in_set": 8,
    }  # fmt: skip


def test_the_matrices_give_another_accuracy_than_stated(values: dict[str, dict[str, Any]]) -> None:
    # The diagonals by hand: 2130 and 1760 of 2347 pictures.
    found = values["accuracy-vs-matrix"]
    assert (found["teacher_stated"], found["student3_stated"], found["pictures"]) == (0.9042, 0.7537, 2347)
    assert found["teacher_matrix"] == pytest.approx(2130 / 2347, abs=1e-12)
    assert found["student3_matrix"] == pytest.approx(1760 / 2347, abs=1e-12)
    assert (round(found["teacher_matrix"], 4), round(found["student3_matrix"], 4)) == (0.9075, 0.7499)


def test_the_saving_on_disk_is_not_what_the_sizes_give(values: dict[str, dict[str, Any]]) -> None:
    found = values["savings-disk"]
    assert (found["stated"], found["teacher_mb"], found["student3_mb"]) == (0.9938, 482, 3.19)
    assert round(found["from_stated_sizes"], 4) == 0.9934
    # (57,701,519 + 2 * 33,851,663) * 4 bytes: the stated 482 MB are close to a checkpoint with its optimizer.
    assert found["teacher_with_optimizer_mib"] == 501_619_380 / 2**20
    assert round(found["teacher_with_optimizer_mib"], 1) == 478.4
    assert round(found["teacher_weights_mib"], 1) == 220.1
    assert round(found["from_float32_weights"], 4) == 0.9883


def test_the_masks_were_counted(values: dict[str, dict[str, Any]]) -> None:
    found = values["parameters-with-masks"]
    assert (found["stated"], found["stripped"], found["wrappers"]) == (1_340_150, 675_343, 664_807)
    assert (found["saving_stated"], round(found["saving_with_wrappers"], 4)) == (0.9767, 0.9768)
    assert round(found["saving_stripped"], 4) == 0.9883


def test_more_epochs_are_shown_than_listed(values: dict[str, dict[str, Any]]) -> None:
    assert values["epochs"] == {"run": "student3", "listed": 20, "shown": 24}


def test_the_losses_of_student_2_do_not_follow_its_accuracies(values: dict[str, dict[str, Any]]) -> None:
    found = values["student2-losses"]
    assert found["train_accuracy"] > found["validation_accuracy"] > found["test_accuracy"] == 0.5654
    assert (found["test_loss"], found["train_loss"], found["validation_loss"]) == (1.368, 1.718, 2.807)
    assert round(found["loss_of_guessing"], 3) == 2.708


def test_the_dense_layer_cannot_be_where_it_is_listed(values: dict[str, dict[str, Any]]) -> None:
    # 32 * 32 * 512 inputs and a bias for each of 256 units.
    assert values["impossible-layer"] == {
        "run": "student3", "listed": "Flatten, Dense 256 relu", "before": "AveragePooling (7,7)",
        "its_parameters": 134_217_984, "stated_parameters": 1_340_150,
    }  # fmt: skip


def test_a_matrix_that_is_not_square_is_refused() -> None:
    raw = load_figures().model_dump()
    raw["confusion"]["teacher"] = raw["confusion"]["teacher"][:-1]
    with pytest.raises(ValidationError, match=r"a confusion matrix is \(14, 15\), not 15 x 15"):
        Figures.model_validate(raw)
