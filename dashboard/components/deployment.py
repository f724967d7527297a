"""The deployment table: float and int8, pruned and whole, side by side with all that a deployment asks for."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.chart import offer_csv
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_bytes, fmt_count, fmt_ms, fmt_percent, fmt_short
from dashboard.names import escaped, precision_name, run_label, split_name
from dashboard.tables.deployment import GROUPS, Deployed, deployment_frame
from dashboard.text import t
from kd_core.artifacts import RunRecord

KEY = "comparison.deployment"
_INDENT, _MADE_FROM = "\u2003", "↳ "

_NUMBERS: dict[str, Callable[[Any], str]] = {
    "accuracy_leak_free": fmt_percent,
    "accuracy": fmt_percent,
    "agreement": fmt_percent,
    "size_bytes": fmt_bytes,
    "size_gzip_bytes": fmt_bytes,
    "parameters": fmt_count,
    "non_zero": fmt_count,
    "sparsity": fmt_percent,
    "macs": fmt_short,
    "p50_ms": fmt_ms,
    "p90_ms": fmt_ms,
    "p95_ms": fmt_ms,
    "p99_ms": fmt_ms,
    "init_ms": fmt_ms,
    "first_call_ms": fmt_ms,
    "peak_rss_mb": lambda value: fmt_bytes(value * 1e6),
}


def show_deployment(deployed: Sequence[Deployed], *, split: str, where: str) -> None:
    """Draw the table in three parts, one for each question, with one download for all.

    Args:
        deployed: the runs in the order of the family.
        split: "val" or "test".
        where: the machine that times and memory come from, as a sentence.
    """
    frame = deployment_frame(deployed)
    names = [_name(one) for one in deployed]
    notes = {"answers": _answers_note(deployed, split), "file": t("deployment.note_file"), "machine": where}
    if any(one.benchmark for one in deployed):
        notes["machine"] = f"{t('deployment.note_machine')} {where}"
    if frame["noisy"].eq(True).any():
        notes["machine"] += " " + t("shell.noisy_note")
    once = _nothing_leaked(deployed)
    for group, columns in GROUPS.items():
        wanted = [column for column in columns if not (once and column == "accuracy")]
        shown = frame[wanted].dropna(axis="columns", how="all")
        if shown.empty or not len(shown.columns):
            st.caption(notes[group])
            continue
        st.markdown(f"**{t(f'deployment.group_{group}')}**")
        _show_group(group, shown, names)
        st.caption(notes[group])
    offer_csv(frame, KEY)


def show_notes(deployed: Sequence[Deployed]) -> None:
    """Show, quietly, what the runs say of themselves, such as a target that was missed and why; nothing for none."""
    lines = [f"- {note}" for note in noted([one.member.record for one in deployed])]
    if lines:
        st.caption("\n".join([t("deployment.notes"), "", *lines]))


def noted(records: Sequence[RunRecord]) -> list[str]:
    """Return what runs say of themselves, each with its run's name, in Markdown."""
    return [f"{run_label(record)}: {escaped(note)}" for record in records for note in record.notes]


def _show_group(group: str, shown: pd.DataFrame, names: Sequence[str]) -> None:
    words = {
        "precision": lambda value: precision_name(value) if isinstance(value, str) else None,
        "check": lambda value: f"⚠ {value}" if isinstance(value, str) else None,
        "noisy": lambda value: t("shell.noisy") if value is True else None,
    }
    shown = shown.copy()
    for column in words.keys() & set(shown.columns):
        shown[column] = [words[column](value) for value in shown[column]]
    shown = shown.dropna(axis="columns", how="all")
    titles = {column: t("shell.timing" if column == "noisy" else f"deployment.{column}") for column in shown.columns}
    numbers = {titles[column]: write for column, write in _NUMBERS.items() if column in titles}
    shown = shown.rename(columns=titles)
    shown.insert(0, t("shell.run"), names)
    show_sheet(shown, numbers, key=f"{KEY}.{group}")


def _nothing_leaked(deployed: Sequence[Deployed]) -> bool:
    """Return whether both accuracies of every run are of the same pictures."""
    return all(one.figures.nothing_leaked for one in deployed)


def _answers_note(deployed: Sequence[Deployed], split: str) -> str:
    counts = {
        name: " / ".join(map(fmt_count, sorted({n for one in deployed if (n := getattr(one.figures, name))})))
        for name in ("n", "n_leak_free")
    }
    return t(
        "deployment.note_same" if _nothing_leaked(deployed) else "deployment.note_answers",
        split=split_name(split),
        n=counts["n"] or fmt_count(None),
        clean=counts["n_leak_free"] or fmt_count(None),
    )


def _name(one: Deployed) -> str:
    """Return a run's name, moved right below what it was made from."""
    member = one.member
    name = run_label(member.record)
    return name if member.record.parent is None else f"{_INDENT * max(member.column - 2, 0)}{_MADE_FROM}{name}"
