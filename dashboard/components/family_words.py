"""What stands in and beside the cards of the family tree."""

from dashboard import context
from dashboard.charts.family import Branch, Card
from dashboard.components.differences import written_interval, written_p
from dashboard.formats import UNKNOWN, fmt_bytes, fmt_count, fmt_ms, fmt_percent, fmt_points, fmt_ratio, fmt_signed
from dashboard.names import in_figure, precision_name, run_label, stage_name, study_name
from dashboard.palette import run_styles
from dashboard.tables.steps import Relative, Step
from dashboard.text import t
from kd_core.artifacts import RunRecord


def label(record: RunRecord, study: str) -> str:
    """Return a run's name; of a run that is not of ``study``, with its own study."""
    name = run_label(record)
    return name if record.study == study else t("family.elsewhere", run=name, study=study_name(record.study))


def card(relative: Relative, row: int, column: int, part: str, *, study: str, dark: bool) -> Card:
    """Return the card of a run: name, stage, accuracy on a part of the split ("whole" or "leak_free"), and size."""
    record, figures, missing = relative.member.record, relative.figures, relative.member.missing
    stage = stage_name(record.stage)
    note = t(
        "family.note_run",
        run=in_figure(label(record, study)),
        stage=f"{stage} · {precision_name(figures.precision)}" if figures.precision else stage,
        clean=fmt_percent(figures.accuracy_leak_free),
        n_clean=fmt_count(figures.n_leak_free),
        whole=fmt_percent(figures.accuracy),
        n=fmt_count(figures.n),
        size=fmt_bytes(figures.size_bytes),
        gzip=fmt_bytes(figures.size_gzip_bytes),
        latency=_noted(fmt_ms(figures.latency_ms), figures.noisy),
    )
    scored = f"{fmt_percent(relative.accuracy(part))} · {fmt_bytes(figures.size_bytes)}"
    colour = run_styles(context.runs(record.study)[0], dark)[record.run].colour
    lost = t("family.missing", name=missing) if missing else ""
    return Card(row, column, label(record, study), (stage, scored), colour, note, lost)


def branch(relative: Relative, taken: Step, origin: int, run: int) -> Branch:
    """Return the branch between the cards at the positions ``origin`` and ``run``."""
    bought = [t("family.sizes", size=fmt_ratio(taken.size), gzip=fmt_ratio(taken.gzip))]
    if taken.latency is not None:
        bought.append(t("family.time", factor=_noted(fmt_ratio(taken.latency), taken.noisy)))
    cost = _cost(taken, relative.flagged)
    return Branch(origin, run, relative.member.learned, cost, tuple(bought), _note(relative, taken))


def _cost(taken: Step, flagged: bool) -> tuple[str, ...]:
    result = taken.difference
    if result is None:
        return (t("family.incomparable"),)
    signed = {name: fmt_signed(100 * getattr(result, name)) for name in ("difference", "low", "high")}
    same = t("family.same", share=fmt_percent(taken.agreement))
    return t("family.cost", **signed), t("family.flagged", words=same) if flagged else same


def _note(relative: Relative, taken: Step) -> str:
    result = taken.difference
    return t(
        "family.note_step",
        run=in_figure(run_label(relative.member.record)),
        origin=in_figure(run_label(taken.origin)),
        difference=fmt_points(result.difference) if result else UNKNOWN,
        interval=written_interval(result) if result else UNKNOWN,
        p=written_p(result.p_value) if result else f"p = {UNKNOWN}",
        n=fmt_count(result.n if result else None),
        share=fmt_percent(taken.agreement),
        size=fmt_ratio(taken.size),
        gzip=fmt_ratio(taken.gzip),
        latency=_noted(fmt_ratio(taken.latency), taken.noisy),
    )


def _noted(written: str, noisy: bool) -> str:
    return f"{written} ({t('shell.noisy')})" if noisy else written
