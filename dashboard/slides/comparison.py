"""Comparison: how much of the teacher a student keeps, and what it saves."""

from dashboard import derived
from dashboard.components.chart import is_dark
from dashboard.components.duel import show_duels, summed_up
from dashboard.components.figures_table import row_label
from dashboard.components.scatter import scatter
from dashboard.components.stage import show_chart
from dashboard.formats import fmt_count, fmt_percent
from dashboard.machines import machine_words, rows_on
from dashboard.names import in_figure
from dashboard.roles import PUBLISHED
from dashboard.slides.scene import SPLIT, MissingError, Scene, Slide, called, figures, source
from dashboard.tables.headline import duels, opening
from dashboard.text import t

COST = "size_bytes"


def kept(scene: Scene) -> Slide:
    """Return accuracy over size of all runs, with the Pareto front."""
    teacher, student = scene.pair()
    before, after = figures(teacher), figures(student)
    rows, _ = rows_on(scene.study, SPLIT, None)
    if all(record != teacher for record, _ in rows):
        rows = [(teacher, before), *rows]
    part = "leak_free" if after.accuracy_leak_free is not None else "whole"
    found = scatter(rows, cost=COST, part=part, split=SPLIT, where="", dark=is_dark())
    accuracies = [side.accuracy_leak_free if part == "leak_free" else side.accuracy for side in (before, after)]
    sizes = [side.size_bytes for side in (before, after)]
    if found is None or not accuracies[0] or not accuracies[1] or not sizes[0] or not sizes[1]:
        raise MissingError(t("presenter.no_comparison", teacher=called(teacher), student=called(student)))
    title = t(
        "presenter.kept_title",
        student=called(student),
        accuracy=fmt_percent(accuracies[1] / accuracies[0], 0),
        size=fmt_percent(sizes[1] / sizes[0], 0),
    )
    # Of the runs that another beats, a stage has room for the names of those alone that the talk is about.
    named = {in_figure(row_label(teacher, before)), in_figure(row_label(student, after))}
    for trace in found.figure.data:
        if trace.name in named:
            trace.marker.opacity = 1.0
        trace.showlegend = trace.marker.opacity in (None, 1.0)

    def draw() -> None:
        show_chart(found.figure, key="figure.kept", alt=title, height=430)

    return Slide(title, draw, found.caption)


def saved(scene: Scene) -> Slide:
    """Return teacher against student in four figures, with the original's claims beside them."""
    teacher, student = scene.pair()
    before, after = figures(teacher), figures(student)
    stated = scene.study == PUBLISHED
    others = [derived.teacher(PUBLISHED), derived.best_student(PUBLISHED)]
    original = None if stated or None in others else tuple(figures(run) for run in others if run)
    shown, _ = opening(duels(before, after, original))  # type: ignore[arg-type]
    title = summed_up(shown, teacher, student)
    if not title:
        raise MissingError(t("presenter.no_comparison", teacher=called(teacher), student=called(student)))
    known = before if before.n else after
    leak_free = any(card.figure == "accuracy_leak_free" for card in shown)
    n = fmt_count(known.n_leak_free if leak_free else known.n)
    where = "" if stated else machine_words(derived.benchmark(scene.study))

    def draw() -> None:
        names = {"teacher": called(teacher), "student": called(student)}
        show_duels(shown, **names, with_claims=original is not None)

    return Slide(title.removesuffix("."), draw, f"{source(teacher, student, n=n)} {where}".strip())
