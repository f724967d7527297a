"""What the sliders over a layer's weights compute: cut, grid, shared values."""

import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dashboard.tables.clustering import shared
from dashboard.tables.histogram import bin_edges, counted
from dashboard.tables.rounding import errors, rounded
from dashboard.tables.sparsity import cut, gzipped, piece_rows

KERNELS = arrays(
    np.float32, st.tuples(st.integers(1, 6), st.integers(1, 40)), elements=st.floats(-4, 4, width=16)
).filter(lambda kernel: bool(kernel.any()))


def test_the_smallest_magnitudes_fall_and_the_rest_stays_as_it_is() -> None:
    found = cut(np.array([[0.5, -0.1], [0.2, -3.0]], np.float32), 0.5)
    assert found.weights.tolist() == [[0.5, 0.0], [0.0, -3.0]]
    assert (found.threshold, found.zeros) == (0.5, 2)
    assert found.norm == pytest.approx((0.25 + 9) / (0.25 + 0.01 + 0.04 + 9))
    assert cut(found.weights, 0).zeros == 2


@given(KERNELS, st.floats(0, 0.95))
def test_a_cut_keeps_at_least_the_share_that_it_leaves_and_never_gains_norm(kernel: np.ndarray, share: float) -> None:
    found = cut(kernel, share)
    assert np.count_nonzero(found.kept) >= round(kernel.size * (1 - share))
    assert np.abs(kernel[~found.kept]).max(initial=0) < found.threshold or found.kept.all()
    assert 0 <= found.norm <= 1
    assert found.zeros == np.count_nonzero(found.weights == 0)


def test_a_piece_of_a_kernel_has_a_row_for_each_weight() -> None:
    before = np.array([[0.5, -0.25], [0.125, -3.0]], np.float32)
    assert piece_rows(before, cut(before, 0.5).weights).values.tolist() == [
        [1, 1, 0.5, 0.5],
        [1, 2, -0.25, 0.0],
        [2, 1, 0.125, 0.0],
        [2, 2, -3.0, -3.0],
    ]


def test_the_size_is_that_of_gzip_without_its_header() -> None:
    weights = np.random.default_rng(0).normal(size=500).astype(np.float32)
    assert gzipped(weights) == len(gzip.compress(weights.tobytes(), 6)) - 12
    assert gzipped(cut(weights, 0.9).weights) < gzipped(weights) / 3


def test_a_symmetric_grid_has_zero_at_zero_and_reaches_the_largest_weight() -> None:
    kernel = np.array([[-1.27, 0.02], [0.634, 0.0]], np.float32)
    found = rounded(kernel, 8)
    assert found.scales == pytest.approx([0.01])
    assert found.zero_points.tolist() == [0]
    assert found.integers.tolist() == [[-127, 2], [63, 0]]
    assert (len(found.grid()), found.grid()[0]) == (255, pytest.approx(-1.27))


def test_without_symmetry_the_zero_point_moves_and_zero_stays_a_value() -> None:
    found = rounded(np.array([0.0, 0.5, 3.0], np.float32), 2, symmetric=False)
    assert (found.low, found.high) == (-2, 1)
    assert found.zero_points.tolist() == [-2]
    assert found.grid().tolist() == [0.0, 1.0, 2.0, 3.0]
    assert found.values[0] == 0


def test_each_channel_has_a_scale_of_its_own() -> None:
    kernel = np.array([[127.0, 10.0], [0.127, 0.01]], np.float32)
    assert rounded(kernel, 8, axis=0).scales == pytest.approx([1.0, 0.001])
    assert errors(kernel, rounded(kernel, 8, axis=0).values).worst < 1e-5
    assert errors(kernel, rounded(kernel, 8).values).worst == pytest.approx(0.127)


def test_what_lies_beyond_a_clipped_range_goes_to_its_end() -> None:
    found = rounded(np.array([1.0, -0.3], np.float32), 8, clip=0.5)
    assert found.values[0] == pytest.approx(0.5)
    assert found.values[1] == pytest.approx(-0.3, abs=0.002)


@given(KERNELS, st.integers(2, 8), st.booleans(), st.sampled_from([None, 0, 1]))
def test_rounding_moves_no_weight_by_more_than_half_a_step(
    kernel: np.ndarray, bits: int, symmetric: bool, axis: int | None
) -> None:
    found = rounded(kernel, bits, axis=axis, symmetric=symmetric)
    assert found.integers.min() >= found.low
    assert found.integers.max() <= found.high
    # Where the zero point itself was rounded, an end of the range lies up to half a step beyond the grid.
    steps = 0.5 if symmetric else 1.0
    assert errors(kernel, found.values).worst <= steps * found.scales.max() * (1 + 1e-5) + 1e-7


def test_errors_are_what_their_names_say() -> None:
    found = errors(np.array([1.0, -1.0], np.float32), np.array([1.1, -1.0], np.float32))
    assert found.rms == pytest.approx(0.1 / 2**0.5, rel=1e-5)
    assert found.worst == pytest.approx(0.1, rel=1e-5)
    assert found.snr == pytest.approx(10 * np.log10(1 / 0.005), rel=1e-5)
    assert errors(np.ones(3), np.ones(3)).snr == float("inf")


def test_weights_in_groups_share_the_middle_of_their_group() -> None:
    kernel = np.array([-1.0, -1.0, 0.0, 2.0, 2.0, 2.0, 2.0, 2.0], np.float32)
    found = shared(kernel, 3)
    assert found.centroids == pytest.approx([-1, 0, 2], abs=0.002)
    assert found.sizes.tolist() == [2, 1, 5]
    assert found.weights == pytest.approx(kernel, abs=0.002)
    assert found.index_bits == 2
    assert found.bits == pytest.approx(2 + 32 * 3 / 8)
    assert found.entropy == pytest.approx(-sum(p * np.log2(p) for p in (0.25, 0.125, 0.625)))


@settings(max_examples=25, deadline=None)
@given(KERNELS, st.integers(2, 12))
def test_no_more_values_than_asked_for_and_every_weight_gets_the_nearest(kernel: np.ndarray, clusters: int) -> None:
    found = shared(kernel, clusters)
    assert len(np.unique(found.weights)) <= clusters
    assert found.sizes.sum() == kernel.size
    nearest = np.abs(kernel[..., np.newaxis] - found.centroids).min(axis=-1)
    assert np.abs(kernel - found.weights) == pytest.approx(nearest, abs=1e-5)


def test_every_weight_is_in_a_bin_also_the_largest() -> None:
    weights = np.array([-2.0, 0.0, 2.0], np.float32)
    edges = bin_edges(weights, 4)
    assert edges.tolist() == [-2, -1, 0, 1, 2]
    assert counted(weights, edges).tolist() == [1, 0, 1, 1]
    assert bin_edges(np.zeros(3)).tolist()[-1] == 1.0
