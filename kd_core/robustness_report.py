"""What the command line shows of a study's robustness: one row a run."""

import numpy as np
from rich.table import Table

from kd_core.artifacts import Robustness
from kd_core.evaluation.degradation import area, corruption_error, mean_accuracy, relative_area
from kd_core.report import plain_table


def robustness_table(found: Robustness) -> Table:
    """Return each run's accuracy on clean and on corrupted pictures, and what it is beside the reference's."""
    pictures = f"{found.n:,} leak-free test pictures"
    if found.per_class is not None:
        pictures += f" (at most {found.per_class} a class: a quick look)"
    beside = f"area and mCE relative to {found.reference}" if found.reference else "no teacher to compare with"
    table = plain_table(
        f"Study {found.study}: {pictures}; {beside}", "Run", "Clean", "Mean", "Area", "Relative area [95 %]", "mCE"
    )
    other = _accuracies(found, found.reference) if found.reference else None
    for run, figures in found.runs.items():
        own = _accuracies(found, run)
        shown = [f"{own[0, 0]:.3f}", f"{mean_accuracy(own):.3f}", f"{np.mean(area(own)):.3f}"]
        if figures.relative is not None:
            relative = figures.relative
            shown.append(f"{relative.value:.3f} [{relative.low:.3f}, {relative.high:.3f}]")
        else:
            shown.append("-" if other is None else f"{relative_area(own, other):.3f}")
        shown.append("-" if other is None else f"{corruption_error(own, other):.2f}")
        table.add_row(run, *shown)
    return table


def _accuracies(found: Robustness, run: str) -> np.ndarray:
    return np.array([found.accuracy(run, corruption) for corruption in found.corruptions])
