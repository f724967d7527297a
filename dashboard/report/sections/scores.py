"""What the teacher and the best student score class by class."""

from dashboard.components.class_scores import class_scores, score_sheet
from dashboard.components.scored import Scored, scored
from dashboard.counted import counted, has_matrix
from dashboard.names import class_name, split_name
from dashboard.report.blocks import Block, Chart, Numbers, Prose, Section
from dashboard.report.material import SPLIT, Material
from dashboard.tables.scores import class_order
from dashboard.text import t
from kd_core.artifacts import Problem


def scores(material: Material) -> Section:
    """Return recall as a figure and all scores as a table; the classes in the order of the student's recall."""
    title = t("scores.title")
    found: list[Scored] = []
    problems: list[Problem] = []
    for record in material.compared:
        if has_matrix(record):
            clean = material.clean and record.claims is None
            one, met = counted(record, SPLIT, clean)
            problems += met
            if one is not None and one.matrix.any():
                found.append(scored(one, SPLIT, clean))
    if not found:
        return Section("scores", title, [Prose(t("report.no_answers"))], problems)
    # The two may be of different classes only where the teacher is another study's.
    found = [one for one in found if one.record.classes == found[-1].record.classes]
    part = t("scores.part_clean", split=split_name(SPLIT)) if material.clean else split_name(SPLIT)
    names = {name: class_name(name) for name in found[-1].record.classes}
    order = class_order(found[-1].scores, names, order="figure", figure="recall")
    chart = class_scores(found, order, figure="recall", part=part, dark=False)
    blocks: list[Block] = [
        Prose(t("scores.lead")),
        Chart(chart, title=t("scores.recall")),
        Numbers(score_sheet(found, order, part), "scores", t("scores.table_title")),
    ]
    return Section("scores", title, blocks, problems)
