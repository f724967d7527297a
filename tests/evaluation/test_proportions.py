"""Wilson's interval against published values, its formula, and what must hold of any interval."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from kd_core.evaluation.proportions import wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_examples_of_newcombe_1998(successes: int, n: int, low: float, high: float) -> None:
    # "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, table I, method 3.
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@settings(deadline=None)
@given(st.integers(1, 3000), st.floats(0, 1), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_it_is_the_formula_of_1927(n: int, share: float, level: float) -> None:
    successes = round(share * n)
    p, z = successes / n, norm.ppf((1 + level) / 2)
    centre, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    expected = (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)
    assert wilson(successes, n, level) == pytest.approx(expected, abs=1e-12)


@settings(deadline=None)
@given(st.integers(1, 500), st.floats(0, 1))
def test_it_holds_the_share_has_a_width_and_mirrors(n: int, share: float) -> None:
    successes = round(share * n)
    low, high = wilson(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    assert low < high
    assert wilson(n - successes, n) == pytest.approx((1 - high, 1 - low))
    wider = wilson(successes, n, 0.99)
    assert wider[0] <= low
    assert wider[1] >= high


def test_of_no_pictures_nothing_is_known() -> None:
    assert all(math.isnan(bound) for bound in wilson(0, 0))


@pytest.mark.parametrize(("successes", "n", "level"), [(3, 2, 0.95), (-1, 2, 0.95), (1, 0, 0.95), (1, 2, 95)])
def test_what_is_no_proportion_is_refused(successes: int, n: int, level: float) -> None:
    with pytest.raises(ValueError, match=r"k|n |level"):
        wilson(successes, n, level)
