"""The reliability diagram and its tables, from bins worked out by hand."""

import math

import numpy as np
import pytest

from dashboard.charts.reliability import reliability_figure
from dashboard.tables.calibration import bins_frame, leaning, spoken_for
from kd_core.evaluation.calibration import calibration
from kd_core.evaluation.reliability import Bin

NAN = math.nan
BINS = (Bin(0, 0.5, 0, 0, NAN), Bin(0.5, 0.8, 10, 4, 0.7), Bin(0.8, 0.999, 20, 19, 0.91), Bin(0.999, 1, 70, 70, 1.0))
WORDS = {name: name for name in ("accuracy", "gap", "diagonal", "x", "y", "count")}


def test_bars_stand_where_the_bins_are_and_reach_as_high_as_they_are_right() -> None:
    figure = reliability_figure(
        BINS, list("abcd"), words=WORDS, colour="#111111", gap_colour="#222222", quiet="#333333"
    )
    right, gap, _, whiskers, counts = figure.data
    # The empty bin is no bar, and the thin one is drawn wide enough to be seen.
    assert right.x == pytest.approx((0.65, 0.8995, 0.9995))
    assert right.width == pytest.approx((0.3, 0.199, 0.004))
    assert right.y == pytest.approx((0.4, 0.95, 1.0))
    assert list(right.customdata) == ["b", "c", "d"]
    # From the truth to the claim: upwards where it claims too much, downwards where too little.
    assert gap.base == pytest.approx((0.4, 0.95, 1.0))
    assert gap.y == pytest.approx((0.3, -0.04, 0.0))
    assert whiskers.x == pytest.approx((0.7, 0.91, 1.0))
    assert np.subtract(whiskers.y, whiskers.error_y.arrayminus) == pytest.approx(
        [one.interval()[0] for one in BINS[1:]]
    )
    assert counts.y == (10, 20, 70)
    assert figure.layout.yaxis2.type == "log"


def test_a_run_without_pictures_has_an_empty_diagram() -> None:
    figure = reliability_figure(BINS[:1], ["a"], words=WORDS, colour="#111111", gap_colour="#222222", quiet="#333333")
    assert len(figure.data[0].x) == 0


def test_words_are_found_for_the_bin_nearest_to_ninety_percent() -> None:
    assert spoken_for(BINS) == BINS[2]
    assert spoken_for(BINS[:2]) == BINS[1]


def test_the_table_keeps_empty_bins_without_figures() -> None:
    frame = bins_frame(BINS)
    assert frame["n"].tolist() == [0, 10, 20, 70]
    assert frame["gap"].tolist()[1:] == pytest.approx([0.3, -0.04, 0.0])
    assert frame.loc[0, ["mean_confidence", "accuracy", "accuracy_low", "accuracy_high", "gap"]].isna().all()


@pytest.mark.parametrize(("scale", "expected"), [(10.0, "over"), (1.0, "open"), (0.1, "under")])
def test_the_verdict_follows_the_test(scale: float, expected: str) -> None:
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (1_000, 5))
    labels = (logits + random.gumbel(size=logits.shape)).argmax(axis=1)
    assert leaning(calibration(logits * scale, labels)) == expected
    # One picture alone tells nothing.
    assert leaning(calibration(logits[:1] * scale, labels[:1])) == "open"
