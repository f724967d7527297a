"""What the counts of a convolution say of its kernel, and what they leave open."""

import pandas as pd
import pytest

from dashboard.tables.architecture import blocks
from dashboard.tables.block_kinds import Kernel, kernel_of


@pytest.mark.parametrize(
    ("before", "after", "kind", "macs", "expected"),
    [
        ((32, 32, 3), (32, 32, 8), "Conv2D", 32 * 32 * 9 * 3 * 8, Kernel(3, 1)),
        ((32, 32, 3), (30, 30, 8), "Conv2D", 30 * 30 * 9 * 3 * 8, Kernel(3, 1)),
        ((70, 70, 3), (32, 32, 64), "Conv2D", 32 * 32 * 49 * 3 * 64, Kernel(7, 2)),
        ((28, 28, 8), (14, 14, 8), "DepthwiseConv2D", 14 * 14 * 25 * 8, Kernel(5, 2)),
        # Unpadded at stride 1 or padded at stride 2: it could be either.
        ((4, 4, 3), (2, 2, 8), "Conv2D", 2 * 2 * 9 * 3 * 8, Kernel(3, None)),
        # 1 x 7, and counts that are no convolution's.
        ((32, 32, 3), (32, 32, 8), "Conv2D", 32 * 32 * 7 * 3 * 8, None),
        ((32, 32, 3), (32, 32, 8), "Conv2D", 12_345, None),
        ((32, 32, 3), (32, 32, 8), "Conv2D", 0, None),
        ((3,), (32, 32, 8), "Conv2D", 32 * 32 * 9 * 3 * 8, None),
        ((32, 32, 3), (0, 0, 8), "Conv2D", 0, None),
    ],
)
def test_a_kernel_is_told_where_the_counts_leave_no_doubt(
    before: tuple[int, ...], after: tuple[int, ...], kind: str, macs: int, expected: Kernel | None
) -> None:
    shapes = ["x".join(map(str, shape)) for shape in (before, after)]
    rows = [("in", "InputLayer", shapes[0], 0, 0), ("conv", kind, shapes[1], 0, macs)]
    frame = pd.DataFrame(rows, columns=["name", "type", "output_shape", "parameters", "macs"])
    assert kernel_of(blocks(frame)[1]) == expected
