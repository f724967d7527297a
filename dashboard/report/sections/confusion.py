"""The confusion matrices of the teacher and the best student."""

import pandas as pd

from dashboard.components.matrix import matrix_figure
from dashboard.counted import Counted, counted, has_matrix
from dashboard.exhibit import Exhibit
from dashboard.matrices import FIRST, View, panel
from dashboard.part import Part
from dashboard.report.blocks import Beside, Block, Chart, Prose, Section
from dashboard.report.material import SPLIT, Material
from dashboard.text import t
from kd_core.artifacts import Problem

# Two of them stand side by side on a screen.
HEIGHT = 560


def confusion(material: Material) -> Section:
    """Return a matrix of counts for each of the two, as far as their answers can be read."""
    blocks: list[Block] = []
    problems: list[Problem] = []
    for role, record in (("teacher", material.teacher), ("student", material.student)):
        if record is None or not has_matrix(record):
            continue
        clean = material.clean and record.claims is None
        found, met = counted(record, SPLIT, clean)
        problems += met
        if found is not None and found.matrix.any():
            blocks.append(_chart(found, role, clean))
    content: list[Block] = [Beside(blocks)] if blocks else [Prose(t("report.no_answers"))]
    return Section("confusion", t("confusion.title"), content, problems)


def _chart(found: Counted, role: str, clean: bool) -> Chart:
    classes = found.record.classes
    view = View(Part(SPLIT, clean), "count", range(len(classes)))
    side = panel([found], FIRST, view)
    figure = matrix_figure(side, view, dark=False, height=HEIGHT)
    table = pd.DataFrame(found.matrix, index=classes, columns=classes).rename_axis("true").reset_index()
    return Chart(Exhibit(figure, side.caption, table), f"confusion-{role}", found.label)
