"""What is behind the chosen cell: the pictures of one run, those in which two runs differ, or stated counts."""

from collections.abc import Sequence

from dashboard import derived
from dashboard.components.cell import Speaker, show_apart, show_cell, show_counts
from dashboard.components.chosen_cell import Chosen
from dashboard.components.notices import show_problems
from dashboard.counted import Counted
from dashboard.matrices import DIFFERENCE
from dashboard.part import Part, answers
from dashboard.tables.confusion import apart, opinions, pictures_of
from kd_core.artifacts import Predictions, RunRecord

Voice = tuple[RunRecord, Predictions]


def show_behind(shown: Sequence[Counted], chosen: Chosen, part: Part, *, height: int | None) -> None:
    """Draw what is behind the chosen cell.

    Args:
        shown: one run, or two.
        chosen: which cell of which side.
        part: the pictures that count.
        height: of the field in which the pictures scroll, in pixels; None: as high as they are.
    """
    cell = chosen.cell
    asked = list(shown) if chosen.side == DIFFERENCE else [shown[int(chosen.side) - 1]]
    voices = [(one.record, one.predictions) for one in asked if one.predictions is not None]
    if len(voices) < len(asked):
        row, column = (asked[0].record.classes.index(name) for name in (cell.true, cell.predicted))
        show_counts(cell, {one.label: int(one.matrix[row, column]) for one in asked})
        return
    if chosen.side == DIFFERENCE:
        (_, first), (_, second) = voices
        found = apart(first, second, cell)
        show_apart(cell, found, _speakers(voices, found.first + found.second + found.both), height=height)
        return
    ((record, own),) = voices
    paths = pictures_of(own, cell).path.tolist()
    total = int((own.label == own.classes.index(cell.true)).sum())
    show_cell(cell, paths, total, _speakers([*voices, *_second(shown, record, part)], paths), height=height)


def _speakers(voices: Sequence[Voice], paths: list[str]) -> list[Speaker]:
    return [Speaker(record, opinions(predictions, paths)) for record, predictions in voices]


def _second(shown: Sequence[Counted], record: RunRecord, part: Part) -> list[Voice]:
    """Return whose answers stand beside a run's own: the other one shown, else the teacher, else the best student."""
    for one in shown:
        if one.record.run != record.run:
            return [(one.record, one.predictions)] if one.predictions is not None else []
    candidates = [derived.teacher(record.study), derived.best_student(record.study)]
    for other in candidates:
        if other is not None and (other.study, other.run) != (record.study, record.run):
            found, problems = answers(other, part)
            show_problems(problems)
            return [(other, found)] if found is not None else []
    return []
