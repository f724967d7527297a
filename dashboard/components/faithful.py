"""How faithful one student is to its teacher, in four figures, and what of that its twin does not have."""

import pandas as pd
import streamlit as st

from dashboard.components.differences import fmt_p, written_p
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_count, fmt_number, fmt_percent, fmt_points, fmt_signed
from dashboard.names import run_label
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.fidelity import Fidelity, FidelityChange
from kd_core.evaluation.paired_means import MeanDifference
from kd_core.evaluation.proportions import Interval, wilson
from kd_core.evaluation.statistics import PairedDifference
from kd_core.evaluation.verdict import SIGNIFICANT

MEASURES = ("agreement", "right", "wrong", "kl")


def show_headline(found: Fidelity, twin: Fidelity | None) -> None:
    """Draw the four figures with their counts, and the twin's below each."""
    counts = {
        "agreement": (found.agreed, found.n),
        "right": (found.kept, found.teacher_right),
        "wrong": (found.copied, found.teacher_wrong),
    }
    cards = st.container(horizontal=True, gap="small", key="faithful.cards")
    for measure in MEASURES:
        with cards.container(border=True, width="stretch", height="stretch", key=f"faithful.{measure}"):
            title = t(f"fidelity.figure_{measure}")
            # Over the metric and not as its label, which a phone would cut off.
            st.markdown(f"**{title}**", help=t(f"fidelity.help_{measure}"))
            st.metric(
                title,
                written(measure, found),
                delta=t("fidelity.twin_has", value=written(measure, twin)) if twin else None,
                delta_color="gray",
                delta_arrow="off",
                label_visibility="collapsed",
            )
            if measure in counts:
                count, n = counts[measure]
                interval = written_bounds(wilson(count, n))
                st.caption(
                    t("fidelity.counted", count=fmt_count(count), n=fmt_count(n), interval=interval)
                    if n
                    else t("fidelity.never_wrong")
                )
            else:
                st.caption(t("fidelity.counted_mean", n=fmt_count(found.n)))
    if found.teacher_wrong:
        other = found.teacher_wrong - found.copied - found.corrected
        st.markdown(
            t(
                "fidelity.mistakes",
                n=fmt_count(found.teacher_wrong),
                copied=fmt_count(found.copied),
                corrected=fmt_count(found.corrected),
                other=fmt_count(other),
            )
        )


def show_change(record: RunRecord, twin: RunRecord, found: FidelityChange, where: str) -> None:
    """Draw what distillation changed: two sentences, and every figure of both with difference, interval and test."""
    names = {"student": run_label(record), "twin": run_label(twin)}
    st.markdown(t(f"fidelity.verdict_{_verdict(found.agreement)}", **names, **_certainty(found.agreement)))
    if found.wrong is not None:
        st.markdown(t(f"fidelity.copied_{_verdict(found.wrong)}", **names, **_certainty(found.wrong)))
    rows = [row for measure in MEASURES if (row := _row(measure, found, names)) is not None]
    show_sheet(pd.DataFrame(rows), {t("fidelity.p"): fmt_p, "n": fmt_count}, key="faithful.change")
    st.caption(t("fidelity.change_note", where=where))


def written(measure: str, found: Fidelity) -> str:
    """Return a figure of a run with its unit."""
    if measure == "kl":
        return t("techniques.nats", value=fmt_number(found.kl, 3))
    shares = {"agreement": found.agreement, "right": found.agreement_right, "wrong": found.agreement_wrong}
    return fmt_percent(shares[measure])


def written_bounds(interval: Interval) -> str:
    """Return the bounds around a share."""
    return t("fidelity.bounds", low=fmt_percent(interval.low), high=fmt_percent(interval.high))


def _row(measure: str, found: FidelityChange, names: dict[str, str]) -> dict[str, object] | None:
    result: PairedDifference | MeanDifference | None = getattr(found, measure)
    if result is None:
        return None
    write = _nats if isinstance(result, MeanDifference) else fmt_points
    return {
        t("fidelity.measure"): t(f"fidelity.figure_{measure}"),
        names["student"]: written(measure, found.student),
        names["twin"]: written(measure, found.twin),
        t("fidelity.difference"): write(result.difference),
        t("differences.interval"): t("differences.interval_text", low=write(result.low), high=write(result.high)),
        t("fidelity.p"): result.p_value,
        "n": result.n,
    }


def _nats(value: float) -> str:
    return t("techniques.nats", value=fmt_signed(value, 3))


def _verdict(result: PairedDifference) -> str:
    """Return "more", "less" or "open": what the exact test says about the student at the 5 % level."""
    if result.p_value >= SIGNIFICANT:
        return "open"
    return "more" if result.difference > 0 else "less"


def _certainty(result: PairedDifference) -> dict[str, str]:
    return {
        "points": fmt_points(result.difference),
        "low": fmt_points(result.low),
        "high": fmt_points(result.high),
        "p": written_p(result.p_value),
        "n": fmt_count(result.n),
    }
