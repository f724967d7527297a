"""The rule, and the verdict on stored answers against the same computed step by step."""

import numpy as np
import pandas as pd
import pytest

from kd_core.artifacts import Predictions, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.recipes import comparisons
from kd_core.evaluation.statistics import PairedDifference, paired_difference, seeded_difference
from kd_core.evaluation.verdict import judge, outcome

N = 400
LABELS = np.arange(N) % 2


def _one(difference: float, p_value: float) -> PairedDifference:
    return PairedDifference(difference, difference - 0.01, difference + 0.01, p_value, 0, 0, N, 0.95)


@pytest.mark.parametrize(
    ("low", "high", "each", "expected"),
    [
        (0.01, 0.03, [_one(0.02, 0.001)], "better"),
        (0.01, 0.03, [_one(0.02, 0.001), _one(0.02, 0.049)], "better"),
        (-0.03, -0.01, [_one(-0.02, 0.001)], "worse"),
        # One training that its own test does not carry, an interval that holds 0, trainings that contradict.
        (0.01, 0.03, [_one(0.03, 0.001), _one(0.01, 0.05)], "open"),
        (0.0, 0.03, [_one(0.02, 0.001)], "open"),
        (-0.03, 0.0, [_one(-0.02, 0.001)], "open"),
        (0.01, 0.03, [_one(0.05, 0.001), _one(-0.02, 0.001)], "open"),
        (-0.03, -0.01, [_one(0.02, 0.001)], "open"),
    ],
)
def test_proven_is_what_interval_and_every_test_carry(low, high, each, expected):
    assert outcome(low, high, each) == expected


def _answers(
    skill: float, seed: int, paths: range = range(N), classes: tuple[str, ...] = ("Cat", "Dog")
) -> Predictions:
    right = np.random.default_rng(seed).random(N) < skill
    chosen = np.where(right, LABELS, 1 - LABELS)
    keep = np.array(paths)
    split = np.array(["test"] * N, object)
    names = np.array([f"test/{i}" for i in range(N)], object)
    logits = np.eye(2, dtype=np.float32)[chosen]
    return Predictions(classes, split, names, LABELS, logits).where(keep)


def _records(*runs: str) -> list[RunRecord]:
    fields = {"study": "s", "stage": "distill", "network": "n", "classes": ("Cat", "Dog")}
    return [RunRecord(run=run, twin=run.replace("kd", "plain"), **fields) for run in runs]


def _index() -> pd.DataFrame:
    path = [f"test/{i}" for i in range(N)]
    own = pd.DataFrame({"path": path, "group": np.arange(N) // 2, "used": "held out"})
    return pd.concat([own, own[:50].assign(path="train/copy", used="trained")], ignore_index=True)


def test_seeds_are_judged_on_the_pictures_that_all_answered():
    stored = {
        "kd-seed1": _answers(0.9, 1, range(390)),
        "kd-seed2": _answers(0.9, 2),
        "plain-seed1": _answers(0.6, 3),
        "plain-seed2": _answers(0.6, 4, range(N - 1, 9, -1)),
    }
    (comparison,) = comparisons(_records("kd-seed1", "kd-seed2"))
    found = judge(comparison, lambda study, run: stored[run], "test", _index())
    right = {
        run: _answers(0.9 if "kd" in run else 0.6, i + 1).logits.argmax(1) == LABELS for i, run in enumerate(stored)
    }
    for part, start in (("whole", 10), ("leak_free", 50)):
        pairs = [(right[f"kd-seed{s}"][start:390], right[f"plain-seed{s}"][start:390]) for s in (1, 2)]
        expected = seeded_difference(pairs, np.arange(start, 390) // 2)
        verdict = found[part]
        assert verdict.difference == expected
        assert (verdict.outcome, verdict.part, verdict.split, verdict.missing) == ("better", part, "test", 0)
        assert verdict.difference.over.groups == (390 - start) // 2
        assert verdict.accuracy.each == pytest.approx([first.mean() for first, _ in pairs])
        assert verdict.against.value == pytest.approx(np.mean([second.mean() for _, second in pairs]))


def test_a_seed_that_cannot_be_read_is_left_out_and_counted():
    stored = {"kd-seed1": _answers(0.9, 1), "plain-seed1": _answers(0.6, 3), "kd-seed2": _answers(0.9, 2)}
    (comparison,) = comparisons(_records("kd-seed1", "kd-seed2"))
    found = judge(comparison, lambda study, run: stored.get(run), "test", None)
    assert list(found) == ["whole"]
    assert found["whole"].missing == 1
    assert [pair.record.run for pair in found["whole"].comparison.pairs] == ["kd-seed1"]
    one, other = (stored[run].logits.argmax(1) == LABELS for run in ("kd-seed1", "plain-seed1"))
    assert found["whole"].difference.each == (paired_difference(one, other),)
    assert judge(comparison, lambda study, run: None, "test", None) == {}


def test_equal_models_prove_nothing():
    (comparison,) = comparisons(_records("kd"))
    found = judge(comparison, lambda study, run: _answers(0.8, 1), "test", None)["whole"]
    assert (found.outcome, found.difference.over.value, found.difference.each[0].p_value) == ("open", 0.0, 1.0)


def test_runs_on_other_pictures_or_classes_are_named():
    (comparison,) = comparisons(_records("kd"))
    with pytest.raises(KdError, match="no picture in common"):
        judge(comparison, lambda study, run: _answers(0.8, 1), "val", None)
    other = {"kd": _answers(0.8, 1), "plain": _answers(0.8, 1, classes=("Cat", "Emu"))}
    with pytest.raises(KdError, match="different classes"):
        judge(comparison, lambda study, run: other[run], "test", None)
