"""What a view is mixed with is a function of (seed, picture, view), and pixels and shares agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta

from kd_core.data.augment import Augmentation
from kd_core.data.mixing import Mixing, mix, partners_of

BLACK, WHITE = np.zeros((40, 60, 3), np.uint8), np.full((40, 60, 3), 255, np.uint8)


@pytest.mark.parametrize("kind", ["mixup", "cutmix"])
def test_partners_shares_and_places_are_within_their_limits_and_the_same_in_whatever_company(kind):
    mixing = Mixing(kind=kind, concentration=0.4)
    pictures = np.random.default_rng(0).integers(0, 30_000, 200)
    partners, shares, corners = partners_of(mixing, 7, pictures, 3, 1000)
    assert partners.min() >= 0
    assert partners.max() < 1000
    assert shares.min() >= 0
    assert shares.max() <= 0.5
    assert corners.min() >= 0
    assert corners.max() < 1
    for slot, picture in enumerate(pictures):
        alone = partners_of(mixing, 7, np.array([picture]), 3, 1000)
        assert (alone[0][0], alone[1][0]) == (partners[slot], shares[slot])
        np.testing.assert_array_equal(alone[2][0], corners[slot])


def test_neighbours_views_and_seeds_draw_numbers_of_their_own():
    mixing, pictures = Mixing(kind="mixup"), np.arange(500)
    first = partners_of(mixing, 1, pictures, 0, 10**6)
    numbers = np.concatenate([first[0] / 1e6, first[2].ravel()])
    assert len(np.unique(numbers)) == len(numbers)
    assert not np.array_equal(first[0], partners_of(mixing, 1, pictures, 1, 10**6)[0])
    assert not np.array_equal(first[0], partners_of(mixing, 2, pictures, 0, 10**6)[0])


def test_shares_follow_the_beta_distribution_folded_at_a_half():
    pictures = np.arange(20_000)
    for concentration in (1.0, 0.2):
        mean = quad(lambda x, c=concentration: 2 * x * beta(c, c).pdf(x), 0, 0.5)[0]
        shares = partners_of(Mixing(kind="mixup", concentration=concentration), 0, pictures, 0, 10)[1]
        assert shares.mean() == pytest.approx(mean, abs=0.004)


def test_only_a_part_of_the_views_is_mixed():
    shares = partners_of(Mixing(kind="cutmix", probability=0.3), 0, np.arange(10_000), 0, 10)[1]
    assert np.count_nonzero(shares) / 10_000 == pytest.approx(0.3, abs=0.015)


def test_mixup_blends_every_pixel():
    np.testing.assert_array_equal(mix(Mixing(kind="mixup"), BLACK, WHITE, 0.2, np.zeros(2)), np.full_like(BLACK, 51))


def pasted(side: int, share: float, corner: np.ndarray) -> np.ndarray:
    """Return where a rectangle is pasted: bool [side, side]."""
    black, white = np.zeros((side, side, 3), np.uint8), np.full((side, side, 3), 255, np.uint8)
    return mix(Mixing(kind="cutmix"), black, white, share, corner).all(axis=2)


@settings(deadline=None)
@given(st.floats(0.05, 0.5), st.floats(0, 0.999), st.floats(0, 0.999), st.integers(32, 128))
def test_cutmix_pastes_a_rectangle_of_the_shares_area_at_the_same_place_in_every_size(share, left, top, side):
    small, large = (pasted(size, share, np.array([left, top])) for size in (side, 2 * side))
    # Edges are rounded to whole pixels.
    assert small.mean() == pytest.approx(share, abs=3 / side)
    rows, columns = small.any(axis=1), small.any(axis=0)
    np.testing.assert_array_equal(small, np.outer(rows, columns))
    for axis in (0, 1):
        edges = [np.flatnonzero(mask.any(axis=axis))[[0, -1]] / mask.shape[0] for mask in (small, large)]
        np.testing.assert_allclose(edges[0], edges[1], atol=1.5 / side)


def test_the_first_picture_stays_as_it_was():
    before = BLACK.copy()
    mix(Mixing(kind="cutmix"), BLACK, WHITE, 0.5, np.zeros(2))
    np.testing.assert_array_equal(BLACK, before)


def test_views_without_mixing_are_named_as_before_there_was_any():
    plain = Augmentation(views=12, seed=1, flip=True, area=0.5, aspect=1.25, colour=0.2)
    assert plain.drawn_by == {"seed": 1, "flip": True, "area": 0.5, "aspect": 1.25, "colour": 0.2}
    mixed = plain.model_copy(update={"mixing": Mixing(kind="mixup", concentration=0.2)})
    assert mixed.drawn_by["mixing"] == {"kind": "mixup", "concentration": 0.2, "probability": 1.0}


@pytest.mark.parametrize("wrong", [{"kind": "blend"}, {"kind": "mixup", "concentration": 0}, {"kind": "mixup", "p": 1}])
def test_impossible_settings_are_refused(wrong):
    with pytest.raises(ValueError, match=next(reversed(wrong))):
        Mixing(**wrong)
