"""The colour of a cell, and the ink that can be read on it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.palette import DIVERGING, PAGE, SEQUENTIAL
from dashboard.shades import INKS, contrast, ink_on, shades

SCALE = ((0.0, "#000000"), (0.5, "#808080"), (1.0, "#ffffff"))


def test_the_scale_spans_zero_to_the_largest() -> None:
    assert shades(np.array([[0, 2], [4, np.nan]]), SCALE) == [
        "rgb(0, 0, 0)",
        "rgb(128, 128, 128)",
        "rgb(255, 255, 255)",
        "rgb(0, 0, 0)",
    ]


def test_a_centred_scale_has_zero_in_its_middle_and_both_signs_equally_far() -> None:
    found = shades(np.array([0.0, -2.0, 1.0, np.nan]), SCALE, centred=True)
    assert found[0] == found[3] == "rgb(128, 128, 128)"
    assert found[1] == "rgb(0, 0, 0)"
    assert found[2].startswith("rgb(19")


def test_nothing_counted_is_the_ground() -> None:
    assert shades(np.zeros(2), SCALE) == ["rgb(0, 0, 0)"] * 2
    assert shades(np.zeros(2), SCALE, centred=True) == ["rgb(128, 128, 128)"] * 2


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == 1
    # The example that WCAG's own documents give for the edge of AA.
    assert contrast("#767676", "rgb(255, 255, 255)") == pytest.approx(4.54, abs=0.005)


@settings(deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_there_is_an_ink_for_every_colour(channels: tuple[int, int, int]) -> None:
    red, green, blue = channels
    colour = f"rgb({red}, {green}, {blue})"
    assert ink_on(colour) in INKS
    assert contrast(ink_on(colour), colour) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_zero_is_the_page_and_more_stands_out_further(dark: bool) -> None:
    less, zero, more = shades(np.array([-1.0, 0.0, 1.0]), DIVERGING[dark], centred=True)
    assert contrast(zero, PAGE[dark]) == 1
    # Both ends stand out equally, and from one another by hue: who sees no hue reads the sign in the cell.
    assert contrast(less, PAGE[dark]) == pytest.approx(contrast(more, PAGE[dark]), rel=0.05)
    steps = [contrast(colour, PAGE[dark]) for colour in shades(np.linspace(0, 1, 6), SEQUENTIAL[dark])]
    assert steps == sorted(steps) and steps[0] == 1
