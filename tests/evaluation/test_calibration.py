"""Calibration against worked examples, independent loops, scikit-learn, and labels drawn from the answers."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import brier_score_loss, log_loss

from kd_core.artifacts import Predictions
from kd_core.evaluation.calibration import (
    COLDEST,
    calibration,
    calibration_error,
    fit_temperature,
    validation_temperature,
)
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.reliability import BINNINGS, chance_errors, expected_error, largest_error, reliability

# Ten answers over two classes, by confidence and whether they are right: two bins of five out of five of equal width.
CONFIDENCE = [0.55, 0.58, 0.60, 0.65, 0.72, 0.81, 0.85, 0.90, 0.95, 0.99]
RIGHT = [True, False, False, True, True, False, True, True, True, True]


def _worked() -> tuple[np.ndarray, np.ndarray]:
    probabilities = np.column_stack([CONFIDENCE, 1 - np.array(CONFIDENCE)])
    return probabilities, np.where(RIGHT, 0, 1)


def _drawn(seed: int, n: int, classes: int, temperature: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Return logits, and labels drawn from ``softmax(logits / temperature)``: calibrated at that temperature."""
    random = np.random.default_rng(seed)
    logits = random.normal(0, 3, (n, classes))
    # The largest of logit + Gumbel noise is a draw from the softmax.
    return logits, (logits / temperature + random.gumbel(size=logits.shape)).argmax(axis=1)


def test_five_bins_of_equal_width_worked_out_by_hand() -> None:
    bins = reliability(*_worked(), bins=5)
    assert [one.count for one in bins] == [0, 0, 3, 2, 5]
    assert [(one.low, one.high) for one in bins] == [(0, 0.2), (0.2, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1)]
    # The upper edge belongs to the bin: 0.60 stands with 0.55 and 0.58, of which one of three is right.
    assert bins[2].confidence == pytest.approx(1.73 / 3)
    assert bins[2].accuracy == pytest.approx(1 / 3)
    assert (bins[3].confidence, bins[3].accuracy) == pytest.approx((0.685, 1.0))
    assert (bins[4].confidence, bins[4].accuracy) == pytest.approx((0.9, 0.8))
    # (|1 - 1.73| + |2 - 1.37| + |4 - 4.5|) / 10.
    assert calibration_error(*_worked(), bins=5) == pytest.approx(0.186)
    assert largest_error(bins) == pytest.approx(1 - 0.685)
    assert [math.isnan(one.accuracy) for one in bins] == [True, True, False, False, False]


def test_two_bins_of_equal_mass_worked_out_by_hand() -> None:
    bins = reliability(*_worked(), bins=2, binning="equal-mass")
    assert [(one.low, one.high, one.count) for one in bins] == [(0.55, 0.72, 5), (0.72, 0.99, 5)]
    assert [one.gap for one in bins] == pytest.approx([3.10 / 5 - 3 / 5, 4.50 / 5 - 4 / 5])
    assert calibration_error(*_worked(), bins=2, binning="equal-mass") == pytest.approx((0.10 + 0.50) / 10)


def test_intervals_are_wilsons() -> None:
    # Wilson (1927) in closed form, with z of 95 %.
    one = reliability(*_worked(), bins=5)[4]
    z, n, share = stats.norm.ppf(0.975), 5, 0.8
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    assert one.interval() == pytest.approx((centre - reach, centre + reach))
    assert all(math.isnan(bound) for bound in reliability(*_worked(), bins=5)[0].interval())


@given(seed=st.integers(0, 10**6), n=st.integers(1, 80), classes=st.integers(2, 12), bins=st.integers(1, 20))
def test_error_agrees_with_a_loop_over_pictures(seed: int, n: int, classes: int, bins: int) -> None:
    logits, labels = _drawn(seed, n, classes)
    probabilities = softmax(logits)
    claimed, right = [0.0] * bins, [0] * bins
    for row, label in zip(probabilities, labels, strict=True):
        best = max(range(classes), key=row.__getitem__)
        m = next(m for m in range(bins) if row[best] <= (m + 1) / bins or m == bins - 1)
        claimed[m] += row[best]
        right[m] += best == label
    expected = sum(abs(c - r) for c, r in zip(claimed, right, strict=True)) / n
    assert calibration_error(probabilities, labels, bins=bins) == pytest.approx(expected, abs=1e-12)


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 80),
    bins=st.integers(1, 20),
    binning=st.sampled_from(BINNINGS),
    rounded=st.booleans(),
)
def test_bins_hold_every_picture_once_in_any_order(seed: int, n: int, bins: int, binning: str, rounded: bool) -> None:
    logits, labels = _drawn(seed, n, 2 + seed % 10)
    # Rounded logits make many equal confidences.
    probabilities = softmax(np.round(logits / 3) if rounded else logits)
    found = reliability(probabilities, labels, bins=bins, binning=binning)
    assert sum(one.count for one in found) == n
    assert len(found) == bins if binning == "equal-width" else 1 <= len(found) <= bins
    assert all(one.low - 1e-12 <= one.confidence <= one.high + 1e-12 for one in found if one.count)
    assert 0 <= expected_error(found) <= largest_error(found) + 1e-12 <= 1 + 1e-12
    order = np.random.default_rng(seed).permutation(n)
    again = reliability(probabilities[order], labels[order], bins=bins, binning=binning)
    assert [(one.low, one.high, one.count) for one in again] == [(one.low, one.high, one.count) for one in found]
    assert expected_error(again) == pytest.approx(expected_error(found))


@given(n=st.integers(1, 200), bins=st.integers(1, 20))
def test_bins_of_equal_mass_differ_by_one_picture_at_most(n: int, bins: int) -> None:
    confidence = np.random.default_rng(n).permutation(0.5 + np.arange(1, n + 1) / (2 * n + 2))
    found = reliability(
        np.column_stack([confidence, 1 - confidence]), np.zeros(n, int), bins=bins, binning="equal-mass"
    )
    counts = [one.count for one in found]
    assert len(counts) == min(bins, n)
    assert max(counts) - min(counts) <= 1


@pytest.mark.parametrize("binning", BINNINGS)
def test_a_calibrated_model_has_an_error_near_zero(binning: str) -> None:
    logits, labels = _drawn(seed=3, n=40_000, classes=10)
    # A bin's |accuracy - confidence| is about sqrt(2 / pi) * 0.5 / sqrt(n_m) at most; over 15 bins of even size that
    # sums to 0.4 * sqrt(15 / 40,000) = 0.008. Twice that is out of chance's reach.
    assert calibration_error(softmax(logits), labels, binning=binning) < 0.016
    # The same answers at half the temperature claim far too much.
    assert calibration_error(softmax(logits, 0.5), labels, binning=binning) > 0.08


@pytest.mark.parametrize("binning", BINNINGS)
def test_the_error_by_chance_is_that_of_fresh_calibrated_labels(binning: str) -> None:
    logits, _ = _drawn(seed=1, n=600, classes=8)
    probabilities = softmax(logits)
    expected = []
    for seed in range(300):
        noise = np.random.default_rng(1000 + seed).gumbel(size=logits.shape)
        expected.append(calibration_error(probabilities, (logits + noise).argmax(axis=1), binning=binning))
    found = chance_errors(probabilities.max(axis=1), binning=binning, draws=300)
    # Two means over 300 draws each: they differ by four standard errors once in 16,000 times.
    error = math.sqrt(np.var(expected) / 300 + found.var() / 300)
    assert abs(found.mean() - np.mean(expected)) < 4 * error
    assert np.array_equal(found, chance_errors(probabilities.max(axis=1), binning=binning, draws=300))


def test_only_a_model_that_is_off_is_found_to_be_off() -> None:
    logits, labels = _drawn(seed=5, n=2_000, classes=15)
    honest, boastful = calibration(logits, labels), calibration(logits, labels, temperature=0.5)
    assert honest.ece_p_value > 0.05
    assert honest.gap_low < 0 < honest.gap_high
    assert boastful.ece_p_value == pytest.approx(1 / 201)
    assert boastful.gap_low > 0
    assert boastful.gap_p_value < 1e-6
    assert boastful.ece > 2 * boastful.chance


@given(seed=st.integers(0, 10**6), n=st.integers(2, 60), classes=st.integers(2, 12), t=st.floats(0.2, 8))
def test_figures_agree_with_scikit_learn_and_scipy(seed: int, n: int, classes: int, t: float) -> None:
    logits, labels = _drawn(seed, n, classes)
    found = calibration(logits, labels, temperature=t)
    probabilities = softmax(logits, t)
    names = list(range(classes))
    assert found.nll == pytest.approx(log_loss(labels, probabilities, labels=names), rel=1e-9, abs=1e-9)
    # Of two classes scikit-learn takes one alone, unless it is told otherwise.
    brier = brier_score_loss(np.eye(classes)[labels].argmax(axis=1), probabilities, labels=names, scale_by_half=False)
    assert found.brier == pytest.approx(brier)
    gaps = probabilities.max(axis=1) - (probabilities.argmax(axis=1) == labels)
    assert found.gap == pytest.approx(gaps.mean(), abs=1e-12)
    assert found.gap_low <= found.gap + 1e-12
    assert found.gap <= found.gap_high + 1e-12
    # Without any spread there is no t.
    if np.ptp(gaps) > 1e-9:
        assert found.gap_p_value == pytest.approx(stats.ttest_1samp(gaps, 0).pvalue, abs=1e-6)
    # Temperature scaling never changes an answer.
    assert np.array_equal(probabilities.argmax(axis=1), logits.argmax(axis=1))
    assert found.accuracy == calibration(logits, labels).accuracy


def test_the_gap_has_a_bootstrap_interval_and_near_copies_are_one_draw_of_it() -> None:
    logits, labels = _drawn(seed=8, n=500, classes=6, temperature=1.4)
    once = calibration(logits, labels)
    gaps = softmax(logits).max(axis=1) - (logits.argmax(axis=1) == labels)
    peer = stats.bootstrap((gaps,), np.mean, method="percentile", batch=500, rng=np.random.default_rng(1))
    bounds = peer.confidence_interval
    assert (once.gap_low, once.gap_high) == pytest.approx((bounds.low, bounds.high), abs=3e-3)
    copies, groups = (np.repeat(logits, 3, axis=0), np.repeat(labels, 3)), np.repeat(np.arange(500), 3)
    found = calibration(*copies, groups)
    assert (found.gap_low, found.gap_high, found.gap_p_value) == pytest.approx(
        (once.gap_low, once.gap_high, once.gap_p_value)
    )
    # Taken for three times as many pictures, they make it surer than it is.
    naive = calibration(*copies)
    assert naive.gap_high - naive.gap_low < 0.7 * (found.gap_high - found.gap_low)
    assert naive.gap_p_value < found.gap_p_value


@pytest.mark.parametrize("true", [0.6, 1.0, 1.7, 3.0])
def test_the_fit_finds_the_temperature_that_the_labels_were_drawn_at(true: float) -> None:
    logits, labels = _drawn(seed=11, n=20_000, classes=10, temperature=true)
    found = fit_temperature(logits, labels)
    # The standard error of log T is about 1 / sqrt(n Var), with a variance of the expected logit above 0.5 here: 0.01.
    assert found == pytest.approx(true, rel=0.04)
    grid = true * np.exp(np.linspace(-0.05, 0.05, 101))
    losses = [-np.log(softmax(logits, t)[np.arange(20_000), labels]).mean() for t in grid]
    assert found == pytest.approx(grid[int(np.argmin(losses))], rel=0.1 / 100)


def test_the_fit_is_no_worse_than_any_point_of_a_wide_grid() -> None:
    logits, labels = _drawn(seed=2, n=150, classes=5, temperature=2.5)
    losses = [
        log_loss(labels, softmax(logits, t)) for t in (fit_temperature(logits, labels), *np.geomspace(0.1, 20, 99))
    ]
    assert min(losses) == pytest.approx(losses[0], abs=1e-9)


def test_answers_that_are_all_right_ask_for_the_coldest() -> None:
    assert fit_temperature(np.eye(4) / 2, np.arange(4)) == pytest.approx(COLDEST, rel=1e-4)


def _predictions(split: list[str], logits: np.ndarray, labels: np.ndarray) -> Predictions:
    path = np.array([f"{name}/c/{i}.jpg" for i, name in enumerate(split)], object)
    classes = tuple(f"c{i}" for i in range(logits.shape[1]))
    return Predictions(classes, np.array(split, object), path, labels, logits.astype(np.float32))


def test_a_runs_temperature_comes_from_leak_free_validation_alone() -> None:
    logits, labels = _drawn(seed=4, n=900, classes=6, temperature=1.5)
    split = ["val"] * 600 + ["test"] * 300
    predictions = _predictions(split, logits, labels)
    own = pd.DataFrame({"path": predictions.path, "group": range(900), "used": "held out"})
    index = pd.concat([own, own[::3].assign(path="train/copy", used="trained")], ignore_index=True)
    kept = [i for i in range(600) if i % 3]
    assert validation_temperature(predictions, index) == fit_temperature(predictions.logits[kept], labels[kept])
    # Whatever the test split answers, and what leaked, the temperature stays.
    other = predictions.logits.copy()
    other[600:] *= 7
    other[:600:3] *= 9
    assert validation_temperature(_predictions(split, other, labels), index) == fit_temperature(
        predictions.logits[kept], labels[kept]
    )
    assert validation_temperature(predictions.of("test"), index) is None
    assert validation_temperature(predictions, index.assign(group=0)) is None


def test_nothing_to_measure_is_not_zero() -> None:
    assert math.isnan(calibration_error(np.zeros((0, 3)), np.zeros(0, int)))
    assert math.isnan(largest_error(reliability(np.zeros((0, 3)), np.zeros(0, int))))
    with pytest.raises(ValueError, match="no pictures"):
        calibration(np.zeros((0, 3)), np.zeros(0, int))
    alone = calibration(np.array([[1.0, 0.0]]), np.array([0]))
    assert (alone.n, math.isnan(alone.gap_low), math.isnan(alone.gap_p_value)) == (1, True, True)


def test_what_does_not_fit_is_refused() -> None:
    probabilities, labels = _worked()
    with pytest.raises(ValueError, match="one label a row"):
        calibration_error(probabilities, labels[:3])
    with pytest.raises(ValueError, match="not logits"):
        calibration_error(probabilities * 3, labels)
    with pytest.raises(ValueError, match="not logits"):
        calibration_error(np.array([[1.5, -0.5]]), np.array([0]))
    with pytest.raises(ValueError, match="bins is 0"):
        calibration_error(probabilities, labels, bins=0)
    with pytest.raises(ValueError, match="one of equal-width, equal-mass"):
        reliability(probabilities, labels, binning="quantile")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="not finite"):
        fit_temperature(np.array([[np.inf, 0.0]]), np.array([0]))
    with pytest.raises(ValueError, match="not finite"):
        calibration(np.array([[np.nan, 0.0]]), np.array([0]))
    with pytest.raises(ValueError, match="one label a row"):
        fit_temperature(np.zeros((0, 2)), np.zeros(0, int))
