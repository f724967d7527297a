"""Checks of distillation: twins, the recipe, beaten teachers, and softmax of softmax."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest

from kd_core.artifacts.schema import Claims
from tests.evaluation.checks.studies import Small


@pytest.mark.parametrize("twin", [None, "nobody", "teacher"])
def test_a_student_without_a_twin_from_scratch_is_found(small: Small, twin: str | None) -> None:
    small.change("student", twin=twin)
    assert ("KD001", "warning", "student") in small.codes()


@pytest.mark.parametrize(("key", "value"), [("epochs", 2), ("network", "student1"), ("batch_size", 32)])
def test_a_twin_of_another_budget_is_found(small: Small, key: str, value: object) -> None:
    small.change("scratch", **{f"config__{key}": value})
    assert small.codes() == [("KD023", "warning", "student")]
    assert small.values("KD023") == {"twin": "scratch", "keys": key}


def test_a_twin_of_another_seed_is_not(small: Small) -> None:
    small.change("scratch", config__seed=7)
    assert small.codes() == []


def test_what_only_a_distilled_student_can_have_is_no_difference(small: Small) -> None:
    small.change("student", config__objective="dist", config__beta=2.0, config__keep="answers")
    assert small.codes() == []


def test_twins_that_go_on_from_twins_began_alike_and_others_did_not(small: Small) -> None:
    small.change("student", config__start="student")
    small.change("scratch", config__start="scratch")
    assert small.codes() == []
    small.change("scratch", config__start="teacher")
    assert small.codes() == [("KD023", "warning", "student")]
    assert small.values("KD023") == {"twin": "scratch", "keys": "start"}
    small.change("scratch", config__start=None)
    assert small.codes() == [("KD023", "warning", "student")]


@pytest.mark.parametrize("key", ["alpha", "temperature", "scale_by_t2"])
def test_a_recipe_that_is_not_recorded_is_found(small: Small, key: str) -> None:
    small.change("pruned", **{f"config__{key}": None})
    assert small.codes() == [("KD012", "warning", "pruned")]
    assert small.values("KD012") == {"teacher": "teacher", "keys": key}


def test_a_switch_that_is_off_is_recorded(small: Small) -> None:
    small.change("student", config__scale_by_t2=False)
    assert small.codes() == []


def test_a_student_that_beats_its_teacher_is_found(small: Small) -> None:
    small.wrong("teacher", range(30, 90))
    assert ("KD011", "warning", "student") in small.codes()
    values = small.values_of("KD011", "student")
    # 60 pictures only the student has right, 20 only the teacher.
    assert values == {"teacher": "teacher", "difference": 40 / 120, "n": 120, "p": binomtest(60, 80).pvalue}


def test_a_student_that_is_better_by_chance_alone_is_not(small: Small) -> None:
    small.wrong("teacher", range(24))
    assert [entry for entry in small.codes() if entry[0] == "KD011"] == []


def test_probabilities_where_logits_are_meant_are_found(small: Small) -> None:
    small.logits("teacher", lambda logits, _: softmax(logits, axis=1))
    assert small.codes() == [("KD021", "error", "teacher")]


@pytest.mark.parametrize("change", [lambda z: log_softmax(z, axis=1), lambda z: z / 4, lambda z: np.clip(z, 0.2, 0.8)])
def test_logits_are_not_even_within_0_and_1(small: Small, change: object) -> None:
    small.logits("teacher", lambda logits, _: change(logits + 0.01))
    assert [entry for entry in small.codes() if entry[0] == "KD021"] == []


def test_stated_layers_count_where_there_is_a_teacher(small: Small) -> None:
    claims = Claims(layers=("Conv", "Dense 3 softmax")).model_dump(mode="json")
    for run in ("teacher", "student"):
        small.change(run, stage="published", claims=claims)
    found = [entry for entry in small.codes() if entry[0] == "KD021"]
    assert found == [("KD021", "error", "student")]
    small.change("student", claims=Claims(layers=("softmax", "Dense 3")).model_dump(mode="json"))
    assert [entry for entry in small.codes() if entry[0] == "KD021"] == []


@pytest.mark.parametrize(("most", "found"), [(1 / 32, True), (1 / 31, False)])
def test_a_divergence_that_softened_probabilities_cannot_exceed_is_found(
    small: Small, most: float, found: bool
) -> None:
    small.history("student", distillation_loss=[most, 0.01, 0.001])
    assert small.codes() == ([("KD022", "error", "student")] if found else [])


def test_a_run_that_goes_on_from_a_trained_one_is_not_held_to_it(small: Small) -> None:
    small.history("pruned", distillation_loss=[0.02, 0.01, 0.001])
    assert small.codes() == []
    small.history("student", distillation_loss=[0.02, 0.01, 0.001])
    assert [code for code, *_ in small.codes()] == ["KD022"]
    small.change("student", config__start="earlier")
    assert "KD022" not in [code for code, *_ in small.codes()]


@pytest.mark.parametrize("temperature", [1.0, 4.0, 10.0])
def test_no_two_vectors_of_probabilities_exceed_the_bound(temperature: float) -> None:
    random = np.random.default_rng(0)
    vectors = np.concatenate([random.dirichlet(np.full(15, 0.05), 400), np.eye(15)]) / temperature
    log = log_softmax(vectors, axis=1)
    divergence = (np.exp(log) * log).sum(axis=1)[:, None] - np.exp(log) @ log.T
    bound = 1 / (2 * temperature**2)
    # Tight enough to be of use: two different certainties come within a factor of ten.
    assert bound / 10 < divergence.max() <= bound
