"""The training curves of several runs as one figure, with its words."""

from collections.abc import Sequence

from dashboard import context
from dashboard.charts.curves import Curve, Seam, curves_figure
from dashboard.components.histories import Trained
from dashboard.exhibit import Exhibit
from dashboard.formats import fmt_count
from dashboard.names import in_figure, run_label, study_name
from dashboard.palette import MUTED, run_styles
from dashboard.tables.curves import curves_frame, curves_of, resumptions, selected_on
from dashboard.text import t


def training_curves(
    trained: Sequence[Trained],
    *,
    metric: str,
    parts: Sequence[str],
    seconds: bool,
    dark: bool,
    smoothing: float = 0.0,
) -> Exhibit | None:
    """Return the curves of one metric; None where none of the runs has such a figure.

    Args:
        trained: the runs with their histories, at least one.
        metric: a key of ``dashboard.tables.curves.METRICS``.
        parts: which of its columns.
        seconds: put the time since the first training's start on the x axis instead of the epoch.
        dark: whether the page is.
        smoothing: the weight of the moving average, 0 for none (``dashboard.tables.curves.smoothed``).
    """
    beside = not all(run.published for run in trained)
    curves = [
        curve
        for run in trained
        for curve in _curves(run, metric, parts, seconds=seconds, beside=beside, dark=dark, smoothing=smoothing)
    ]
    if not curves:
        return None
    x_title = t("training_curves.x_seconds" if seconds else "training_curves.x_epoch")
    figure = curves_figure(
        curves,
        x_title=x_title,
        y_title=t(f"training_curves.y_{metric}"),
        best_label=t("training_curves.kept_mark"),
        percent=metric in ("accuracy", "sparsity"),
        log=metric == "learning_rate",
        seams=_seams(trained, seconds=seconds),
    )
    figure.update_layout(height=520)
    return Exhibit(figure, _caption(trained), curves_frame(curves, x_title))


def part_name(part: str) -> str:
    """Return what a column of a history is called in the legend."""
    return t(f"training_curves.part_{part}")


def _seams(trained: Sequence[Trained], *, seconds: bool) -> list[Seam]:
    """Return where the trainings were taken up again: in short, since a phone has no room, and in words to point at."""
    found: dict[float, list[tuple[str, str]]] = {}
    for run in trained:
        if not (seconds and run.published):
            for x, epochs in resumptions(run.history, seconds=seconds, before=run.before):
                found.setdefault(x, []).append((in_figure(run.label), epochs))
    return [
        Seam(
            x,
            t("training_curves.resumed_at", epochs=", ".join(dict.fromkeys(epochs for _, epochs in again))),
            "<br>".join(t("training_curves.resumed", run=run, epochs=epochs) for run, epochs in again),
        )
        for x, again in found.items()
    ]


def _curves(
    run: Trained,
    metric: str,
    parts: Sequence[str],
    *,
    seconds: bool,
    beside: bool,
    dark: bool,
    smoothing: float,
) -> list[Curve]:
    style = run_styles(context.runs(run.record.study)[0], dark)[run.record.run]
    return curves_of(
        run.record,
        run.history,
        metric=metric,
        parts={part: part_name(part) for part in parts},
        run=in_figure(run.label),
        # Beside runs of our own the colours of the published study would stand for two runs at once.
        colour=MUTED[dark] if run.published and beside else style.colour,
        symbol=style.symbol,
        seconds=seconds,
        before=run.before,
        smoothing=smoothing,
    )


def _caption(trained: Sequence[Trained]) -> str:
    """Name the studies, the runs and how many pictures stand behind the curves."""
    studies = ", ".join(dict.fromkeys(study_name(run.record.study) for run in trained))
    runs = "; ".join([", ".join(run.label for run in trained), *_goes_on(trained), *_taken_up(trained)])
    own = next((run.record for run in trained if run.record.data), None)
    if own is None or own.data is None:
        return f"{studies}: {runs}."
    seen = own.data.splits.get("train")
    watched = selected_on(own, context.index(own.study)[0])
    return f"{studies}: {runs}. {t('training_curves.counts', train=fmt_count(seen), val=fmt_count(watched))}"


def _goes_on(trained: Sequence[Trained]) -> list[str]:
    """Name the runs that began with another's weights, and where their curves therefore begin."""
    return [
        t(
            "training_curves.goes_on",
            run=run.label,
            start=run_label(run.begun),
            epoch=fmt_count(run.before[0]),
        )
        for run in trained
        if run.begun is not None
    ]


def _taken_up(trained: Sequence[Trained]) -> list[str]:
    """Name the runs that were interrupted, and the epochs that came after."""
    return [
        t("training_curves.resumed", run=run.label, epochs=epochs)
        for run in trained
        for _, epochs in resumptions(run.history)
    ]
