"""Checks of the answers: against the parent, the teacher, chance, and the list of pictures."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import ModelFile
from kd_core.evaluation.checks import low_agreement
from kd_core.evaluation.checks.answers import disagreement
from tests.evaluation.checks.studies import Small


def run(stage: str, precision: str | None) -> RunRecord:
    model = precision and ModelFile(file=None, precision=precision, sha256="", size_bytes=1, size_gzip_bytes=1)
    return RunRecord(study="s", run="small", stage=stage, network="n", classes=("a", "b"), parent="big", model=model)


def test_a_rounded_run_that_answers_otherwise_is_found():
    found = disagreement(run("quantize", "int8"), 0.9699, split="test", n=2406)
    assert found.run == "small"
    assert found.values == {"parent": "big", "agreement": 0.9699, "least": 0.97, "split": "test", "n": 2406}


@pytest.mark.parametrize("agreement", [97 / 100, 1455 / 1500, 1.0])
def test_from_97_percent_on_nothing_is_found(agreement):
    assert not low_agreement(run("quantize", "int8"), agreement)
    assert disagreement(run("quantize", "int8"), agreement, split="test", n=100) is None


@pytest.mark.parametrize(
    ("stage", "precision"),
    [("qat", "int8"), ("quantize", "float16"), ("quantize", "dynamic"), ("prune", "float32"), ("quantize", None)],
)
def test_only_what_was_rounded_to_int8_after_training_is_held_to_it(stage, precision):
    assert not low_agreement(run(stage, precision), 0.5)


@pytest.mark.parametrize(("differing", "found"), [(3, False), (4, True)])
def test_on_stored_answers_the_share_is_counted(small: Small, differing: int, found: bool) -> None:
    # 117 of 120 are 97.5 %, 116 are 96.7 %.
    small.wrong("int8", range(20 + differing))
    assert small.codes() == ([("KD007", "warning", "int8")] if found else [])
    if found:
        assert small.values("KD007")["agreement"] == 116 / 120


def test_equally_accurate_and_otherwise_wrong_is_found(small: Small) -> None:
    small.wrong("student", range(60))
    small.wrong("pruned", range(60, 120))
    assert ("KD009", "warning", "pruned") in small.codes()
    # Each has one half right and the other half wrong: by chance they agree on 0.25 + 0.25 / 2.
    expected = {"other": "student", "p": 1.0, "n": 120, "agreement": 0.0, "chance": 0.375}
    assert small.values_of("KD009", "pruned") == expected


@pytest.mark.parametrize(("shared", "found"), [(26, False), (0, True)])
def test_it_depends_on_the_mistakes_that_both_make(small: Small, shared: int, found: bool) -> None:
    small.wrong("student", range(30))
    small.wrong("pruned", [*range(shared), *range(30, 60 - shared)])
    same = 120 - 2 * (30 - shared)
    chance = 0.75**2 + 0.25**2 / 2
    assert (binomtest(same, 120).proportion_ci(method="wilson").high < (1 + chance) / 2) == found
    assert [e for e in small.codes() if e[2] == "pruned"] == ([("KD009", "warning", "pruned")] if found else [])


def test_a_run_that_is_plainly_worse_is_not_called_equal(small: Small) -> None:
    small.wrong("pruned", range(20, 90))
    assert [e for e in small.codes() if e[0] == "KD009"] == []


@pytest.mark.parametrize(("confidence", "found"), [(0.84, False), (0.95, False), (0.999, True)])
def test_a_confidence_further_from_the_truth_than_the_teachers_is_found(
    small: Small, confidence: float, found: bool
) -> None:
    def surely(sure: float):
        # The two other classes share the rest: logit 0 for them, and this for the answered one.
        return lambda logits, _: np.where(logits > 0, np.log(2 * sure / (1 - sure)), 0.0)

    # The teacher has 114 of 120 right and says 95 %; the student has 100 right. All answers of a run are equally sure,
    # in one bin, so that the error is what it claims minus what it holds.
    small.logits("teacher", surely(0.95))
    small.logits("student", surely(confidence))
    bound = 0.4 * np.sqrt(15 / 120)
    assert (abs(confidence - 100 / 120) > bound) == found
    assert [e for e in small.codes() if e[2] == "student"] == ([("KD010", "warning", "student")] if found else [])
    if found:
        values = small.values_of("KD010", "student")
        assert values["error"] == pytest.approx(confidence - 100 / 120, abs=1e-6)
        assert values["before"] == pytest.approx(0.0, abs=1e-6)
        assert (values["other"], values["n"]) == ("teacher", 120)


def test_what_a_compressed_run_takes_over_is_said_of_its_parent_alone(small: Small) -> None:
    for run in ("student", "pruned", "int8"):
        small.logits(run, lambda logits, _: 3 * logits)
    small.logits("teacher", lambda logits, _: np.where(logits > 0, np.log(38.0), 0.0))
    assert small.codes() == [("KD010", "warning", "student")]


@pytest.mark.parametrize(("right", "found"), [(40, True), (60, False)])
def test_a_run_that_guesses_is_an_error(small: Small, right: int, found: bool) -> None:
    small.wrong("scratch", range(right, 120))
    assert (binomtest(right, 120, 1 / 3, alternative="greater").pvalue >= 0.05) == found
    assert small.codes() == ([("KD031", "error", "scratch")] if found else [])


def test_always_the_same_answer_is_a_guess(small: Small) -> None:
    small.logits("scratch", lambda logits, _: np.tile([1.0, 0.5, -1.0], (len(logits), 1)))
    assert small.codes() == [("KD031", "error", "scratch")]
    assert small.values("KD031") == {"accuracy": 1 / 3, "n": 120, "guess": 1 / 3}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda frame: frame.iloc[:-2], {"answered": 118, "unknown": 0, "missing": 2}),
        (lambda frame: pd.concat([frame, frame.tail(1)]), {"answered": 121, "unknown": 0, "missing": 0}),
        (
            lambda frame: frame.replace("test/dog/0.png", "test/dog/x.png"),
            {"answered": 120, "unknown": 1, "missing": 1},
        ),
    ],
)
def test_answers_to_other_pictures_are_an_error(small: Small, change, expected: dict[str, int]) -> None:
    path = small.folder / "scratch" / "predictions.parquet"
    change(pd.read_parquet(path)).to_parquet(path)
    assert small.codes() == [("KD032", "error", "scratch")]
    assert small.values("KD032") == {"split": "test", "n": 120} | expected
