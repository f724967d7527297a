"""Suspicious labels: the pictures whose label a cross-validated teacher finds least likely."""

import streamlit as st

from dashboard import address, context
from dashboard.components.header import page_header
from dashboard.components.notices import calm, show_missing, show_problems
from dashboard.components.suspects import show_pairs, show_pictures, show_totals
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import study_name
from dashboard.selection import pick_study
from dashboard.text import t
from kd_core.artifacts import Suspects


def main() -> None:
    """Draw the page."""
    with page_header("suspects"):
        study = pick_study()
    if study is None:
        return
    found, problems = context.suspects(study)
    show_problems(problems)
    if found is not None:
        _found(found)
    elif not problems:
        stated = any(record.claims for record in context.runs(study)[0])
        show_missing(t("suspects.stated" if stated else "suspects.not_made", study=study_name(study), name=study))


def _found(found: Suspects) -> None:
    fingerprints = {record.data.fingerprint for record in context.runs(found.study)[0] if record.data}
    if fingerprints and found.fingerprint not in fingerprints:
        show_missing(t("suspects.other_data", name=found.study))
    show_totals(found)
    st.markdown(
        t(
            "suspects.made",
            network=found.network,
            size=fmt_count(found.input_size),
            folds=fmt_count(found.folds),
            accuracy=fmt_percent(found.accuracy),
            n=fmt_count(found.n_audited),
        )
    )
    st.info(t("suspects.no_proof"), icon=":material/gavel:")
    if not found.pictures:
        st.markdown(t("suspects.nothing"))
        return
    where = t(
        "suspects.where",
        study=study_name(found.study),
        data=found.fingerprint[:12],
        seed=found.seed,
        version=found.packages.get("cleanlab", "?"),
    )
    st.header(t("suspects.pictures_title"), anchor=False)
    if len(found.pictures) < found.n_flagged:
        st.markdown(t("suspects.capped", n=fmt_count(len(found.pictures)), all=fmt_count(found.n_flagged)))
    _pictures(found, where)
    st.header(t("suspects.pairs_title"), anchor=False)
    show_pairs(found, where)


@st.fragment
def _pictures(found: Suspects, where: str) -> None:
    with calm(), address.one_entry():
        show_pictures(found, where)


main()
