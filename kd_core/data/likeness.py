"""How alike two small grey pictures are once one is laid over the other: what confirms a suspected copy."""

import numpy as np
from scipy.ndimage import gaussian_filter

# How much of a side a copy may have lost or gained, and how far it may have moved for that.
MOST_SCALE = 1.4
MOST_SHIFT = 0.3
_STEPS = 8
# Standard deviation of the noise that JPEG leaves in a flat region, in grey levels: less than that is no structure.
_NOISE = 6.0


def likeness(reference: np.ndarray, moving: np.ndarray, *, steps: int = _STEPS) -> np.ndarray:
    """Return how alike pairs of pictures are after the second was laid over the first: float32 [b], -1..1.

    The second is scaled and shifted along both axes until it correlates best with the first (``overlay``). Then both
    are reduced to their structure: gradients and light are taken out and every region is given the same contrast (local
    contrast normalisation, Jarrett et al. 2009), so that neither a white background nor one strong edge, such as an
    agency's black bar, decides. The likeness is the correlation of the two structures where they overlap, or that of
    their central halves if it is lower: two pictures in the same frame are no copies.

    Args:
        reference: grey levels 0..255, [b, n, n].
        moving: the same.
        steps: of the search for the best overlay.
    """
    first, second = reference.astype(np.float32), moving.astype(np.float32)
    smooth = (0, first.shape[1] / 64, first.shape[1] / 64)
    placed = overlay(gaussian_filter(first, smooth), gaussian_filter(second, smooth), steps)
    warped, inside = _sampled(second, placed)
    structures = _structure(first), _structure(warped)
    centre = np.zeros_like(inside)
    quarter = first.shape[1] // 4
    centre[:, quarter:-quarter, quarter:-quarter] = True
    return np.minimum(_correlation(*structures, inside), _correlation(*structures, inside & centre))


def overlay(reference: np.ndarray, moving: np.ndarray, steps: int = _STEPS) -> np.ndarray:
    """Return for each pair the scale and shift that lay the second picture over the first: float32 [b, 4].

    A position (x, y) of the first, in -1..1, is (sx x + tx, sy y + ty) of the second; the four are returned in the
    order sx, tx, sy, ty. They maximise the correlation coefficient by the forward additive scheme of Evangelidis and
    Psarakis, "Parametric Image Alignment Using Enhanced Correlation Coefficient Maximization" (2008), which does not
    mind a change of brightness or contrast, from no change at all.
    """
    count, side, _ = reference.shape
    place = np.linspace(-1 + 1 / side, 1 - 1 / side, side, dtype=np.float32)
    template = _unit(reference)
    params = np.tile(np.array([1, 0, 1, 0], np.float32), (count, 1))
    for _ in range(steps):
        warped, _ = _sampled(moving, params)
        down, across = np.gradient(warped, axis=(1, 2))
        across *= side / 2 / params[:, 0, None, None]
        down *= side / 2 / params[:, 2, None, None]
        slopes = np.stack([across * place, across, down * place[:, None], down], axis=1).reshape(count, 4, -1)
        slopes -= slopes.mean(axis=2, keepdims=True)
        params += _step(template, (warped - warped.mean(axis=(1, 2), keepdims=True)).reshape(count, -1), slopes)
        params[:, ::2] = params[:, ::2].clip(1 / MOST_SCALE, MOST_SCALE)
        params[:, 1::2] = params[:, 1::2].clip(-MOST_SHIFT, MOST_SHIFT)
    return params


def _step(template: np.ndarray, warped: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    energy = (warped**2).sum(axis=1)
    transposed = slopes.transpose(0, 2, 1)
    # A flat picture has no slopes: without the small diagonal there would be nothing to invert.
    hessian = slopes @ transposed + (1e-4 * energy + 1e-3)[:, None, None] * np.eye(4, dtype=np.float32)
    inverse = np.linalg.inv(hessian)
    along_warped, along_template = (np.einsum("bkp,bp->bk", slopes, picture) for picture in (warped, template))
    solved = np.einsum("bkl,bl->bk", inverse, along_warped)
    residual = energy - (along_warped * solved).sum(axis=1)
    shared = (warped * template).sum(axis=1) - (along_template * solved).sum(axis=1)
    gain = np.divide(residual, shared, out=np.zeros_like(residual), where=shared > 1e-6 * np.sqrt(energy) + 1e-12)
    error = gain[:, None] * along_template - along_warped
    return np.einsum("bkl,bl->bk", inverse, error).clip(-0.1, 0.1).astype(np.float32)


def _unit(pictures: np.ndarray) -> np.ndarray:
    flat = pictures.reshape(len(pictures), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)


def _sampled(pictures: np.ndarray, params: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pictures read at the scaled and shifted positions (bilinear), and which of those lie inside."""
    side = pictures.shape[1]
    place = np.linspace(-1 + 1 / side, 1 - 1 / side, side, dtype=np.float32)
    out, inside = pictures, []
    for axis, (scale, shift) in ((2, params[:, 0:2].T), (1, params[:, 2:4].T)):
        where = ((scale[:, None] * place + shift[:, None]) + 1) * side / 2 - 0.5
        inside.append((where >= -0.5) & (where <= side - 0.5))
        where = where.clip(0, side - 1)
        low = np.minimum(where.astype(np.int64), side - 2)
        index, share = (np.expand_dims(part, 3 - axis) for part in (low, where - low))
        first, second = np.take_along_axis(out, index, axis), np.take_along_axis(out, index + 1, axis)
        out = first + share * (second - first)
    return out, inside[1][:, :, None] & inside[0][:, None, :]


def _structure(pictures: np.ndarray) -> np.ndarray:
    fine, coarse, region = (share * pictures.shape[1] / 64 for share in (0.6, 2.5, 4.0))
    band = gaussian_filter(pictures, (0, fine, fine)) - gaussian_filter(pictures, (0, coarse, coarse))
    return band / (np.sqrt(gaussian_filter(band**2, (0, region, region))) + _NOISE)


def _correlation(first: np.ndarray, second: np.ndarray, inside: np.ndarray) -> np.ndarray:
    count = inside.sum(axis=(1, 2))
    a, b = ((one - ((one * inside).sum(axis=(1, 2)) / count)[:, None, None]) * inside for one in (first, second))
    norms = np.sqrt((a**2).sum(axis=(1, 2)) * (b**2).sum(axis=(1, 2)))
    return (a * b).sum(axis=(1, 2)) / np.maximum(norms, 1e-6)
