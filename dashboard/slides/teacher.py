"""The teacher: what it knows, and what it mixes up most."""

from dashboard import context
from dashboard.components.chart import is_dark
from dashboard.components.matrix import matrix_figure
from dashboard.components.stage import show_chart
from dashboard.counted import counted
from dashboard.formats import fmt_count, fmt_percent
from dashboard.matrices import FIRST, View, panel
from dashboard.names import class_name
from dashboard.part import Part
from dashboard.slides.scene import SPLIT, MissingError, Scene, Slide
from dashboard.tables.class_order import ORDERS, class_order
from dashboard.tables.confusion import largest_confusions
from dashboard.text import t
from kd_core.evaluation.metrics import matrix_accuracy

# In pixels of the layout: a row of the matrix still holds its digits.
HEIGHT = 490


def knowledge(scene: Scene) -> Slide:
    """Return the teacher's confusion matrix."""
    teacher = scene.master()
    clean = teacher.claims is None and context.index(teacher.study)[0] is not None
    part = Part(SPLIT, clean)
    found, _ = counted(teacher, SPLIT, clean)
    if found is None:
        raise MissingError(t("presenter.no_matrix", run=f"{teacher.study}/{teacher.run}"))
    names = [class_name(name) for name in teacher.classes]
    view = View(part, "count", class_order(ORDERS[0], found.matrix, names))
    shown = panel([found], FIRST, view)
    figure = matrix_figure(shown, view, dark=is_dark(), height=HEIGHT)
    accuracy = fmt_percent(matrix_accuracy(found.matrix))
    largest = largest_confusions(shown.values, shown.classes, 1)
    title = t("presenter.knowledge_faultless", accuracy=accuracy)
    if largest:
        cell, count = largest[0]
        mixed = {"true": class_name(cell.true), "predicted": class_name(cell.predicted)}
        title = t("presenter.knowledge_title", accuracy=accuracy, count=fmt_count(count), **mixed)
    return Slide(
        title, lambda: show_chart(figure, key="figure.knowledge", alt=shown.label, height=HEIGHT), shown.caption
    )
