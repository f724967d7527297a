"""What the checks found, as sentences."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboard.components.differences import written_p
from dashboard.formats import fmt_bytes, fmt_count, fmt_ms, fmt_number, fmt_percent
from dashboard.names import class_name, escaped, run_label, run_name, split_name
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.checks import BY_CODE, CHECKS, Checked, Finding, filled
from kd_core.evaluation.checks import finding as kinds

# How many findings of a study stand open; the others wait behind a line that says how many they are.
OPEN = 3
# And how many of these are drawn: a study of hundreds of runs may have a thousand.
WAITING = 100
_BADGE = {"error": ":red-badge[:material/error: {code}]", "warning": ":orange-badge[:material/warning: {code}]"}


def show_findings(findings: Sequence[Finding], records: Mapping[str, RunRecord]) -> None:
    """Show one line a finding: its code, its sentence, and what to do; nothing for none.

    Args:
        findings: what was found.
        records: the runs of the study by name, of which the findings speak.
    """
    if not findings:
        return
    with st.container(border=True):
        for finding in findings:
            _line(finding, records)


def show_checked(checked: Checked, records: Mapping[str, RunRecord]) -> None:
    """Show what all checks found in a study: how many of each severity, the first few, the others behind a line."""
    st.header(t("checks.title"), anchor=False)
    findings = checked.findings
    st.markdown(summary(checked) if findings else f":material/check_circle: {summary(checked)}")
    # One of each code first: the same sentence on every run would hide the others.
    first: dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    shown = list(first.values())[:OPEN]
    waiting = [finding for finding in findings if finding not in shown]
    show_findings(shown, records)
    if waiting:
        with st.expander(t("checks.more", n=fmt_count(len(waiting)))):
            for finding in waiting[:WAITING]:
                _line(finding, records)
            if len(waiting) > WAITING:
                st.markdown(t("checks.rest", n=fmt_count(len(waiting) - WAITING)))
    with st.expander(t("checks.all", n=fmt_count(len(CHECKS)))):
        st.markdown("\n".join(f"- **{code}** {t(f'checks.{code}.looks_for')}" for code in sorted(BY_CODE)))


def summary(checked: Checked) -> str:
    """Return how many findings of each severity there are, or that there are none, in Markdown."""
    ran = fmt_count(len(CHECKS))
    if not checked.findings:
        return t("checks.none_readable" if checked.problems else "checks.none", checks=ran)
    counts = [t(f"checks.{severity}", n=fmt_count(n)) for severity in _BADGE if (n := checked.count(severity))]
    return t("checks.found", counts=" · ".join(counts), checks=ran)


def told(finding: Finding, records: Mapping[str, RunRecord]) -> tuple[str, str]:
    """Return the sentence of a finding and what to do about it, in Markdown; the arguments as ``show_findings``."""
    write = partial(_written, records=records)
    sentence, remedy = (filled(t(f"checks.{finding.code}.{part}"), finding, write) for part in ("sentence", "remedy"))
    return sentence, remedy


def _line(finding: Finding, records: Mapping[str, RunRecord]) -> None:
    sentence, remedy = told(finding, records)
    badge = _BADGE[finding.severity].format(code=finding.code)
    st.markdown(f"{badge} {sentence}  \n:small[:gray[:material/build: {remedy}]]")


_FORMATS: dict[type, Callable[[Any], str]] = {
    kinds.Share: fmt_percent,
    kinds.Count: fmt_count,
    kinds.Milliseconds: fmt_ms,
    kinds.Bytes: fmt_bytes,
    kinds.PValue: written_p,
    kinds.SplitName: split_name,
    # What stands between backticks is shown as it is.
    kinds.Verbatim: lambda word: word.replace("`", ""),
}


def _written(value: Any, records: Mapping[str, RunRecord]) -> str:
    match value:
        case kinds.RunName():
            return _label(value, records)
        case kinds.RunNames():
            return ", ".join(_label(run, records) for run in value)
        case kinds.ClassNames():
            return ", ".join(escaped(class_name(name)) for name in value)
        case kinds.Figure():
            # Three significant digits, and no more decimals than that takes.
            return fmt_number(value, len(f"{value:.3g}".partition(".")[2]))
    write = _FORMATS.get(type(value))
    return write(value) if write is not None else escaped(str(value))


def _label(run: str, records: Mapping[str, RunRecord]) -> str:
    return f"**{escaped(run_label(records[run]) if run in records else run_name(run))}**"
