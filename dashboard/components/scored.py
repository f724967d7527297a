"""What one run or two score, read for a page, and their headline figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import context
from dashboard.counted import Counted
from dashboard.formats import UNKNOWN, fmt_count, fmt_number, fmt_percent
from dashboard.memory import remembered
from dashboard.names import run_label, study_name
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.scores import Scores, scores_of, scores_of_matrix


@dataclass(frozen=True)
class Scored:
    """A run and what it scores."""

    record: RunRecord
    scores: Scores

    @property
    def label(self) -> str:
        """The run's name."""
        return run_label(self.record)


def scored(found: Counted, split: str, clean: bool) -> Scored:
    """Return the scores of a run, from its answers where they are known and else from its matrix.

    Args:
        found: the run and at least one picture.
        split: "val" or "test": the pictures that were counted.
        clean: whether pictures that leaked from training were left out.
    """
    record = found.record
    files = context.stamp(record.study, record.run, "run.json", "predictions.parquet", "confusion.csv")
    return Scored(record, _scores(found, split, clean, (files, context.stamp(record.study, "", "data.parquet"))))


def show_headline(runs: Sequence[Scored], part: str) -> None:
    """Draw the figures of each run as a row, each with its interval or its scale, and their n below.

    Args:
        runs: one or two.
        part: what the pictures are, in words.
    """
    for run in runs:
        if len(runs) > 1:
            st.markdown(f"## {run.label}")
        with st.container(horizontal=True, gap="large"):
            for name, value, note in _figures(run.scores):
                st.metric(
                    t(f"scores.{name}"),
                    value,
                    delta=note,
                    delta_color="off",
                    delta_arrow="off",
                    help=t(f"scores.help.{name}"),
                    width="content",
                )
        st.caption(written_where([run], part))
    if any(run.record.claims is not None for run in runs):
        st.caption(t("scores.stated_note"))


def written_where(runs: Sequence[Scored], part: str) -> str:
    """Return study, runs, part and n as a sentence."""
    record = runs[0].record
    counts = " / ".join(fmt_count(n) for n in sorted({run.scores.n for run in runs}))
    key = "scores.where" if record.claims is None else "scores.where_stated"
    labels = ", ".join(run.label for run in runs)
    return t(key, study=study_name(record.study), runs=labels, part=part, n=counts)


def written_interval(low: float, high: float) -> str:
    """Return the bounds of an interval of a share, 0..1, in percent; a dash where there is none."""
    written = fmt_number(low * 100, 1), fmt_percent(high)
    return UNKNOWN if UNKNOWN in written else t("scores.interval", low=written[0], high=written[1])


def _figures(scores: Scores) -> list[tuple[str, str, str]]:
    """Return name, value and note of the headline figures that are known."""
    shares = {"top1": scores.top1, "top3": scores.top3}
    found = [
        (name, fmt_percent(share.value), t("scores.interval_95", interval=written_interval(share.low, share.high)))
        for name, share in shares.items()
        if share is not None
    ]
    found.append(("macro_f1", fmt_percent(scores.macro_f1), t("scores.note_macro_f1")))
    if scores.loss is not None:
        found.append(("loss", fmt_number(scores.loss, 3), t("scores.note_loss")))
    if scores.brier is not None:
        found.append(("brier", fmt_number(scores.brier, 3), t("scores.note_brier")))
    return found


@remembered(max_entries=256)
def _scores(_found: Counted, split: str, clean: bool, key: tuple[Any, ...]) -> Scores:
    if _found.predictions is not None:
        return scores_of(_found.predictions)
    return scores_of_matrix(_found.matrix, _found.record.classes)
