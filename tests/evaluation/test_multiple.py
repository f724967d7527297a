"""Holm's correction against published examples and against the closed test that it is a shortcut for."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kd_core.evaluation.multiple import holm

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("raw", "adjusted"),
    [
        # The example of the article "Holm-Bonferroni method" (Wikipedia): H1 and H4 are rejected at 0.05.
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        # R: p.adjust(c(0.01, 0.02, 0.03, 0.04, 0.05), "holm")
        ([0.01, 0.02, 0.03, 0.04, 0.05], [0.05, 0.08, 0.09, 0.09, 0.09]),
        ([0.4, 0.9], [0.8, 0.9]),
        ([0.7, 0.6], [1.0, 1.0]),
    ],
)
def test_worked_examples(raw: list[float], adjusted: list[float]) -> None:
    assert holm(raw) == pytest.approx(adjusted)


def test_one_test_needs_no_correction_and_none_gives_none() -> None:
    assert holm([0.03]) == pytest.approx([0.03])
    assert holm([]).shape == (0,)


@given(P_VALUES)
def test_it_is_the_closed_test_with_bonferroni_for_every_subset(raw: list[float]) -> None:
    # Marcus, Peritz and Gabriel (1976): rejected is what every intersection that holds it rejects.
    subsets = [group for size in range(1, len(raw) + 1) for group in combinations(range(len(raw)), size)]
    closed = [max(min(1.0, len(g) * min(raw[j] for j in g)) for g in subsets if i in g) for i in range(len(raw))]
    assert holm(raw) == pytest.approx(closed)


@given(P_VALUES, st.randoms())
def test_between_the_raw_values_and_bonferronis_in_any_order(raw: list[float], random) -> None:
    found = holm(raw)
    assert (found >= np.array(raw) - 1e-15).all()
    assert (found <= np.minimum(1.0, np.array(raw) * len(raw)) + 1e-12).all()
    order = list(range(len(raw)))
    random.shuffle(order)
    assert holm([raw[i] for i in order]) == pytest.approx(found[order])
