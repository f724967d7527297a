"""Training curves: several runs over one another, unsmoothed, with the epoch that was kept."""

from collections.abc import Sequence

import streamlit as st

from dashboard import context
from dashboard.charts.curves import Curve, curves_figure
from dashboard.choices import pick_flag, pick_option, pick_several
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.contradictions import show_contradictions
from dashboard.components.header import page_header
from dashboard.components.histories import Trained, read_histories, show_kept_epochs, show_loss_kinds, was_trained
from dashboard.components.notices import show_missing, show_problems
from dashboard.formats import fmt_count
from dashboard.names import study_name
from dashboard.palette import MUTED, run_styles
from dashboard.selection import pick_runs, pick_study
from dashboard.tables.curves import METRICS, curves_frame, curves_of, selected_on
from dashboard.text import t

PUBLISHED = "published"
# The published contradictions that are about the trainings.
CODES = ("epochs", "student2-losses")
EXPLAINED = ("accuracy", "loss")
# The parts that mean the same for every run: what a student distils from a teacher is a sum of its own.
COMPARABLE = ("accuracy", "val_accuracy", "val_loss", "student_loss")


def main() -> None:
    """Draw the page."""
    trained = _pick_trained()
    if not trained:
        return
    metric, parts, seconds = _pick_view(trained)
    beside = not all(run.published for run in trained)
    curves = [curve for run in trained for curve in _curves(run, metric, parts, seconds, beside)]
    if metric == "loss" and "loss" in parts:
        show_loss_kinds(trained)
    if not curves:
        show_missing(t("training_curves.no_curve"))
        return
    x_title = t("training_curves.x_seconds" if seconds else "training_curves.x_epoch")
    figure = curves_figure(
        curves,
        x_title=x_title,
        y_title=t(f"training_curves.y_{metric}"),
        best_label=t("training_curves.kept_mark"),
        percent=metric in ("accuracy", "sparsity"),
        log=metric == "learning_rate",
    )
    figure.update_layout(height=520)
    show_figure(figure, _caption(trained), curves_frame(curves, x_title), "training_curves")
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
    records = pick_runs(study, keep=was_trained, default=networks)
    trained, problems = read_histories([*records, *context.runs(PUBLISHED)[0]] if beside else records)
    show_problems(problems)
    if records and not trained:
        show_missing(t("training_curves.no_history"))
    return trained


def _beside() -> bool:
    return pick_flag("points", t("training_curves.beside"), help_text=t("training_curves.beside_help"))


def _pick_view(trained: Sequence[Trained]) -> tuple[str, list[str], bool]:
    """Return the metric, its parts, and whether time stands on the x axis."""

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
            parts = pick_several(name, label, parts, default=COMPARABLE, label_of=_part_name)
        axes = ("epoch", "seconds") if recorded("seconds") else ("epoch",)
        axis = pick_option(
            "axis", t("training_curves.axis"), axes, label_of=lambda name: t(f"training_curves.axis_{name}")
        )
    return metric, parts, axis == "seconds"


def _curves(run: Trained, metric: str, parts: Sequence[str], seconds: bool, beside: bool) -> list[Curve]:
    style = run_styles(context.runs(run.record.study)[0], is_dark())[run.record.run]
    return curves_of(
        run.record,
        run.history,
        metric=metric,
        parts={part: _part_name(part) for part in parts},
        run=run.label,
        # Beside runs of our own the colours of the published study would stand for two runs at once.
        colour=MUTED[is_dark()] if run.published and beside else style.colour,
        symbol=style.symbol,
        seconds=seconds,
    )


def _part_name(part: str) -> str:
    return t(f"training_curves.part_{part}")


def _caption(trained: Sequence[Trained]) -> str:
    """Name the studies, the runs and how many pictures stand behind the curves."""
    studies = ", ".join(dict.fromkeys(study_name(run.record.study) for run in trained))
    runs = ", ".join(run.label for run in trained)
    own = next((run.record for run in trained if run.record.data), None)
    if own is None or own.data is None:
        return f"{studies}: {runs}."
    seen = own.data.splits.get("train")
    watched = selected_on(own, context.index(own.study)[0])
    return f"{studies}: {runs}. {t('training_curves.counts', train=fmt_count(seen), val=fmt_count(watched))}"


main()
