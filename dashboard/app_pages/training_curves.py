"""Training curves: several runs over one another, unsmoothed, with the epoch that was kept."""

from collections.abc import Sequence

import streamlit as st

from dashboard import address, context, derived, lineage
from dashboard.choices import pick_flag, pick_option, pick_several
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.contradictions import show_contradictions
from dashboard.components.header import page_header
from dashboard.components.histories import Trained, read_histories, show_kept_epochs, show_loss_kinds, was_trained
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.training import part_name, training_curves
from dashboard.formats import fmt_count, fmt_number
from dashboard.roles import PUBLISHED
from dashboard.selection import pick_runs, pick_study
from dashboard.tables.curves import METRICS
from dashboard.text import t

# More at first would be a tangle.
AT_FIRST = 6
# The published contradictions that are about the trainings.
CODES = ("epochs", "student2-losses")
EXPLAINED = ("accuracy", "loss")
# The weight that a moving average gives to the epochs before.
SMOOTHING = {"none": 0.0, "light": 0.6, "strong": 0.9}
# The parts that mean the same for every run: what a student distils from a teacher is a sum of its own.
COMPARABLE = ("accuracy", "val_accuracy", "val_loss", "student_loss")


def main() -> None:
    """Draw the page."""
    trained = _pick_trained()
    if not trained:
        return
    metric, parts, seconds, smoothing = _pick_view(trained)
    if metric == "loss" and "loss" in parts:
        show_loss_kinds(trained)
    found = training_curves(trained, metric=metric, parts=parts, seconds=seconds, dark=is_dark(), smoothing=smoothing)
    if found is None:
        show_missing(t("training_curves.no_curve"))
        return
    show_figure(found.figure, found.caption, found.table, "training_curves")
    if smoothing:
        st.caption(t("training_curves.note_smoothing", weight=fmt_number(smoothing, 1)))
    if metric in EXPLAINED:
        st.caption(t(f"training_curves.note_{metric}"))
    if any(run.published for run in trained):
        st.caption(t("training_curves.note_stated"))
    show_kept_epochs(trained)
    if any(run.published for run in trained):
        show_contradictions(PUBLISHED, codes=CODES)


def _pick_trained() -> list[Trained]:
    with page_header("training_curves"):
        study = pick_study()
        beside = study not in (None, PUBLISHED) and PUBLISHED in context.studies() and _beside()
    if study is None:
        return []
    # What was made of a network by fine-tuning is there to be added: all at once would be a tangle.
    networks = [record.run for record in context.runs(study)[0] if was_trained(record) and record.parent is None]
    few = len(networks) <= AT_FIRST
    # Where the address names runs there is nothing to tell, for which every student of a large study would be scored.
    told = [] if few or address.read("runs") is not None else _story(study)
    records = pick_runs(study, keep=was_trained, default=told or networks[:AT_FIRST])
    if not few:
        st.caption(t("training_curves.more", all=fmt_count(len(networks))))
    trained, problems = read_histories([*records, *context.runs(PUBLISHED)[0]] if beside else records)
    show_problems(problems)
    if records and not trained:
        show_missing(t("training_curves.no_history"))
    return trained


def _story(study: str) -> list[str]:
    """Return the trainings that are told first, with those that they go on from: teacher, best student and its twin."""
    student = derived.best_student(study)
    main = [derived.teacher(study), *([lineage.origin(student), lineage.twin(student)] if student else [])]
    told = [run for one in main if one is not None for run in (*reversed(lineage.begun_with(one)), one)]
    return [run.run for run in told if run.study == study and was_trained(run)]


def _beside() -> bool:
    return pick_flag("points", t("training_curves.beside"), help_text=t("training_curves.beside_help"))


def _pick_view(trained: Sequence[Trained]) -> tuple[str, list[str], bool, float]:
    """Return the metric, its parts, whether time stands on the x axis, and the weight of the smoothing."""

    def recorded(column: str) -> bool:
        return any(run.history[column].notna().any() for run in trained)

    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="training_curves.view"):
        metrics = [name for name, columns in METRICS.items() if any(map(recorded, columns))]
        metric = pick_option(
            "metric", t("training_curves.metric"), metrics, label_of=lambda name: t(f"training_curves.metric_{name}")
        )
        parts = [column for column in METRICS[metric] if recorded(column)]
        if len(parts) > 1:
            name = f"parts_{metric}"
            label = t("training_curves.parts")
            parts = pick_several(name, label, parts, default=COMPARABLE, label_of=part_name)
        axes = ("epoch", "seconds") if recorded("seconds") else ("epoch",)
        axis = pick_option(
            "axis", t("training_curves.axis"), axes, label_of=lambda name: t(f"training_curves.axis_{name}")
        )
        smoothing = "none"
        # What slides state are points: between them there is nothing to smooth.
        if not all(run.published for run in trained):
            smoothing = pick_option(
                "smoothing",
                t("training_curves.smoothing"),
                list(SMOOTHING),
                label_of=lambda name: t(f"training_curves.smoothing_{name}"),
            )
    return metric, parts, axis == "seconds", SMOOTHING[smoothing]


main()
