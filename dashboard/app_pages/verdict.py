"""Did it help: distillation against the twin, compression against the parent, and any two runs."""

import streamlit as st

from dashboard import context, verdicts
from dashboard.choices import pick_option
from dashboard.components.forest import show_forest
from dashboard.components.header import page_header
from dashboard.components.helped import show_helped
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.two_runs import show_two_runs
from dashboard.components.verdict_words import against_name, preferred, recipe_name, step_cost
from dashboard.names import run_label, study_name
from dashboard.roles import PUBLISHED
from dashboard.selection import pick_split, pick_study
from dashboard.text import t
from kd_core.artifacts import Problem
from kd_core.evaluation.parts import CLEAN, WHOLE
from kd_core.evaluation.recipes import Comparison, untested
from kd_core.evaluation.verdict import Verdict


def main() -> None:
    """Draw the page."""
    with page_header("verdict"):
        study = pick_study()
        if study is None:
            return
        split = pick_split()
        known = context.index(study)[0] is not None
        parts = [CLEAN, WHOLE] if known else [WHOLE]
        part = pick_option("part", t("comparison.part"), parts, label_of=lambda name: t(f"comparison.part_{name}"))
    if study == PUBLISHED:
        show_missing(t("verdict.published"))
        return
    records, unreadable = context.runs(study)
    if not records:
        show_problems(unreadable)
        show_missing(t("shell.no_runs", study=study_name(study)))
        return
    notices = st.container()
    pair, problems = _distillation(study, split, part)
    problems += _compression(study, split, part)
    st.header(t("verdict.two_title"), anchor=False)
    problems += show_two_runs(records, default=pair or (records[0].run, records[-1].run), split=split, part=part)
    st.caption(t("verdict.method"))
    with notices:
        show_problems(problems)


def _distillation(study: str, split: str, part: str) -> tuple[tuple[str, str] | None, list[Problem]]:
    """Draw whether distillation helped; return the first pair of twins, and what could not be read."""
    st.header(t("verdict.distillation_title"), anchor=False)
    found, problems = verdicts.verdicts(study, split, "distillation")
    alone = untested(context.runs(study)[0])
    if not found and not alone:
        show_missing(t("verdict.no_distillation", study=study_name(study)))
    for comparison, by_part in found:
        if by_part:
            show_helped(by_part, part)
        else:
            _unread(comparison)
    for record in alone:
        show_missing(t("verdict.untested", run=run_label(record)))
    judged = _judged(found, part)
    if judged:
        show_forest(judged, study, key="verdict.distillation")
        pair = judged[0].comparison.pairs[0]
        return (pair.record.run, pair.against), problems
    return None, problems


def _compression(study: str, split: str, part: str) -> list[Problem]:
    st.header(t("verdict.compression_title"), anchor=False)
    found, problems = verdicts.verdicts(study, split, "compression")
    if not found:
        show_missing(t("verdict.no_compression", study=study_name(study)))
    judged = _judged(found, part)
    if judged:
        show_forest(judged, study, key="verdict.compression")
        st.markdown("\n".join(f"- {step_cost(verdict)}" for verdict in judged))
    for comparison, by_part in found:
        if not by_part:
            _unread(comparison)
    return problems


def _judged(found: list[tuple[Comparison, verdicts.ByPart]], part: str) -> list[Verdict]:
    return [verdict for _, by_part in found if (verdict := preferred(by_part, part)) is not None]


def _unread(comparison: Comparison) -> None:
    show_missing(t("verdict.incomparable", first=recipe_name(comparison), second=against_name(comparison)))


main()
