"""What the checks found, as sentences."""

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import run_label, run_name, split_name
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.checks import Finding

ICON = ":material/warning:"


def show_findings(findings: Sequence[Finding], records: Mapping[str, RunRecord]) -> None:
    """Show one sentence a finding, with its code; nothing for none.

    Args:
        findings: what was found.
        records: the runs of the study by name, of which the findings speak.
    """
    if not findings:
        return
    with st.container(border=True):
        for finding in findings:
            st.markdown(f":orange-badge[{ICON} {finding.code}] {_sentence(finding, records)}")


def _sentence(finding: Finding, records: Mapping[str, RunRecord]) -> str:
    values, parent = finding.values, finding.values.get("parent")
    return t(
        f"checks.{finding.code}",
        run=_label(finding.run, records),
        parent=_label(parent, records) if parent else "",
        agreement=fmt_percent(values.get("agreement")),
        least=fmt_percent(values.get("least"), 0),
        split=split_name(values.get("split", "")),
        n=fmt_count(values.get("n")),
    )


def _label(run: str, records: Mapping[str, RunRecord]) -> str:
    return run_label(records[run]) if run in records else run_name(run)
