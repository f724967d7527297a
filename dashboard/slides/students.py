"""The students: what the teacher was worth to them, and what was made of them."""

from collections.abc import Sequence
from dataclasses import replace

from dashboard import context, derived, lineage
from dashboard.components.chart import is_dark
from dashboard.components.compressed import kin
from dashboard.components.family import family_tree
from dashboard.components.histories import read_histories
from dashboard.components.stage import show_chart
from dashboard.components.training import training_curves
from dashboard.components.verdict_words import bracket, measured_on, preferred
from dashboard.evidence import conclusion_on
from dashboard.formats import fmt_bytes, fmt_count, fmt_percent, fmt_points, fmt_ratio
from dashboard.machines import machine_words, rows_on
from dashboard.names import run_label
from dashboard.slides.scene import SPLIT, MissingError, Scene, Slide, called, figures, points, source
from dashboard.tables.family import Member, family, identity
from dashboard.tables.figures import factor
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.parts import CLEAN, WHOLE
from kd_core.evaluation.verdict import Verdict

METRIC, WATCHED = "accuracy", "val_accuracy"
# What a slide has for a chart below its title, in pixels.
ROOM = (1200.0, 530.0)


def taught(scene: Scene) -> Slide:
    """Return the student's training beside its twin's that never saw the teacher, and what the difference is worth."""
    teacher, student = scene.pair()
    trained = lineage.origin(student)
    twin = lineage.twin(student)
    histories, _ = read_histories([run for run in (twin, trained) if run is not None])
    found = (
        training_curves(histories, metric=METRIC, parts=[WATCHED], seconds=False, dark=is_dark()) if histories else None
    )
    if found is None:
        raise MissingError(t("presenter.no_training", run=f"{trained.study}/{trained.run}"))
    verdict = preferred(conclusion_on(student, teacher, SPLIT).distillation)
    caption = f"{found.caption} {measured_on(verdict)}" if verdict else found.caption

    def draw() -> None:
        show_chart(found.figure, key="figure.taught", alt=found.caption, height=440)

    return Slide(_worth(verdict, trained), draw, caption)


def shrunk(scene: Scene) -> Slide:
    """Return the way from the teacher to the smallest download that was made of the student."""
    teacher, student = scene.pair()
    records, _ = context.runs(scene.study)
    begun = lineage.origin(student)
    made = [run for run in records if lineage.origin(run) == begun and figures(run).size_gzip_bytes] or [student]
    smallest = min(made, key=lambda run: figures(run).size_gzip_bytes or 0)
    before, after = (figures(run).size_gzip_bytes for run in (teacher, smallest))
    times = factor(before, after)
    if times is None:
        raise MissingError(t("presenter.no_sizes", study=scene.study))
    machine = derived.benchmark(scene.study)
    rows, _ = rows_on(scene.study, SPLIT, machine)
    known = kin(scene.study, rows, machine, SPLIT)
    members = _line(known.members, smallest)
    where = machine_words(machine)
    part = CLEAN if figures(smallest).accuracy_leak_free is not None else WHOLE
    tree, _ = family_tree(
        scene.study,
        members,
        known.figures,
        known.flagged,
        part=part,
        split=SPLIT,
        where=where,
        dark=is_dark(),
        room=ROOM,
    )
    title = t(
        "presenter.shrunk_title",
        run=run_label(smallest),
        before=fmt_bytes(before),
        after=fmt_bytes(after),
        factor=fmt_ratio(times),
    )

    layout = tree.figure.layout

    def draw() -> None:
        show_chart(tree.figure, key="figure.shrunk", alt=title, height=layout.height, width=layout.width)

    n = fmt_count(figures(smallest).n_leak_free if part == CLEAN else figures(smallest).n)
    caption = t("presenter.shrunk_source", part=t(f"comparison.part_{part}"))
    return Slide(title, draw, f"{source(*(m.record for m in (members[0], members[-1])), n=n)} {caption} {where}")


def _line(members: Sequence[Member], last: RunRecord) -> list[Member]:
    """Return those members of a family from whom a run descends, the first of them first, and the run itself.

    What a training went on from is left out: it was no model that anybody would use.
    """
    by_name = {identity(member.record): member for member in members}
    line: list[Member] = []
    at: Member | None = by_name.get(identity(last))
    while at is not None and at.record not in [member.record for member in line]:
        begun = at
        while begun.record.start and not begun.record.parent and begun.origin is not None and not begun.learned:
            begun = by_name[identity(begun.origin)]
        line.insert(0, replace(at, origin=begun.origin, learned=begun.learned))
        at = by_name.get(identity(begun.origin)) if begun.origin is not None else None
    return [replace(member, column=column) for column, member in enumerate(line)] or family([last])


def _worth(verdict: Verdict | None, trained: RunRecord) -> str:
    """Return what the teacher was worth; without a twin to compare with, what the training came to."""
    if verdict is not None:
        over = verdict.difference.over
        # What the teacher cost is told as an amount, and its interval with it.
        low, high = (-over.high, -over.low) if verdict.outcome == "worse" else (over.low, over.high)
        return t(
            f"presenter.taught_{verdict.outcome}",
            points=fmt_points(over.value) if verdict.outcome == "open" else points(over.value),
            interval=bracket(low, high),
            after=fmt_percent(verdict.accuracy.value),
            before=fmt_percent(verdict.against.value),
        )
    chosen = trained.selection
    if chosen is None or METRIC not in chosen.metric:
        return t("presenter.taught_untold", run=called(trained))
    return t(
        "presenter.taught_alone",
        run=called(trained),
        value=fmt_percent(chosen.value),
        epoch=fmt_count(lineage.epochs_kept([trained, *lineage.begun_with(trained)])),
    )
