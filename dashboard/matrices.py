"""What the cells of a confusion matrix show, or those of the difference of two: values, digits and sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from dashboard.counted import Counted
from dashboard.formats import fmt_count, fmt_number, fmt_percent, fmt_signed
from dashboard.names import class_name, split_name
from dashboard.part import Part
from dashboard.tables.confusion import difference
from dashboard.text import t
from kd_core.evaluation.metrics import matrix_accuracy, normalised

# The sides of a page: the first run, the second, and what the first has more than the second.
FIRST, SECOND, DIFFERENCE = "1", "2", "difference"


@dataclass(frozen=True)
class View:
    """How matrices are shown: on which pictures, in what figures ("count", "row", "column"), in which order."""

    part: Part
    norm: str
    order: Sequence[int]


@dataclass(frozen=True)
class Panel:
    """One side; ``values`` are float64 [classes, classes], rows true, in the order of the run's classes."""

    side: str
    classes: tuple[str, ...]
    values: np.ndarray
    label: str
    caption: str
    write: Callable[[int, int], str]
    """What stands in the cell of a row and a column."""
    say: Callable[[int, int], str]
    """The same as a sentence."""
    list_value: Callable[[float], str]
    """How one of the values is written where nothing says what it counts."""


def panel(shown: Sequence[Counted], side: str, view: View) -> Panel:
    """Return one side of a page.

    Args:
        shown: one run, or two.
        side: ``FIRST``, ``SECOND`` or ``DIFFERENCE``; the last two only with two runs.
        view: how they are shown.
    """
    return _difference(shown, view) if side == DIFFERENCE else _single(shown[int(side) - 1], side, view)


def _single(one: Counted, side: str, view: View) -> Panel:
    values, classes = normalised(one.matrix, view.norm), one.record.classes

    def write(i: int, j: int) -> str:
        return _written(values[i, j], view.norm) if one.matrix[i, j] else ""

    def say(i: int, j: int) -> str:
        value = _written(values[i, j], view.norm)
        return t(f"confusion.hover_{_sentence(view, i, j)}", value=value, **_names(classes, i, j))

    caption = t(
        "confusion.caption_stated" if one.predictions is None else "confusion.caption",
        run=f"{one.record.study}/{one.record.run}",
        split=split_name(view.part.split),
        n=fmt_count(one.matrix.sum()),
        accuracy=fmt_percent(matrix_accuracy(one.matrix)),
    )
    return Panel(
        side=side,
        classes=classes,
        values=values,
        label=t("confusion.grid", run=one.label),
        caption=_clean(caption, view),
        write=write,
        say=say,
        list_value=lambda value: _with_unit(_written(value, view.norm), view.norm, "percent"),
    )


def _sentence(view: View, i: int, j: int) -> str:
    """Return the end of the key of what a cell says: nobody takes a cat for a cat."""
    return f"{view.norm}_right" if i == j and view.norm != "column" else view.norm


def _difference(shown: Sequence[Counted], view: View) -> Panel:
    first, second = shown
    values, classes = difference(first.matrix, second.matrix, view.norm), first.record.classes
    own = [normalised(one.matrix, view.norm) for one in shown]
    runs = {"first": first.label, "second": second.label}

    def change(value: float) -> str:
        return _written(value, view.norm, signed=True)

    def write(i: int, j: int) -> str:
        return change(values[i, j]) if first.matrix[i, j] or second.matrix[i, j] else ""

    def say(i: int, j: int) -> str:
        one, other = (_written(matrix[i, j], view.norm) for matrix in own)
        return t(
            f"confusion.change_{_sentence(view, i, j)}",
            one=one,
            other=other,
            change=change(values[i, j]),
            **runs,
            **_names(classes, i, j),
        )

    caption = t(
        "confusion.caption_difference",
        study=first.record.study,
        split=split_name(view.part.split),
        n=" / ".join(fmt_count(n) for n in sorted({int(one.matrix.sum()) for one in shown})),
        **runs,
    )
    return Panel(
        side=DIFFERENCE,
        classes=classes,
        values=values,
        label=t("confusion.grid_difference", **runs),
        caption=_clean(caption, view),
        write=write,
        say=say,
        list_value=lambda value: _with_unit(change(value), view.norm, "points"),
    )


def _names(classes: Sequence[str], i: int, j: int) -> dict[str, str]:
    return {"true": class_name(classes[i]), "predicted": class_name(classes[j])}


def _clean(caption: str, view: View) -> str:
    return f"{caption} {t('confusion.caption_clean')}" if view.part.clean else caption


def _written(value: float, norm: str, *, signed: bool = False) -> str:
    write = fmt_signed if signed else fmt_number
    return write(value if norm == "count" else value * 100, 0)


def _with_unit(written: str, norm: str, unit: str) -> str:
    return written if norm == "count" else t(f"confusion.{unit}", value=written)
