"""Published and reproduced: each claim beside its reproduction and ours, and what the fault and the leaks are worth."""

import streamlit as st

from dashboard import context
from dashboard.choices import pick_option
from dashboard.components.claims import show_claims
from dashboard.components.contradictions import show_contradictions
from dashboard.components.contrasts import show_contrasts
from dashboard.components.deviations import show_deviations
from dashboard.components.header import page_header
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.verdict_words import recipe_name
from dashboard.names import run_label, study_name
from dashboard.reproduced import REPRODUCTIONS, claims, missing, of_the_fault, of_the_leaks
from dashboard.roles import PUBLISHED
from dashboard.selection import pick_split
from dashboard.text import t
from kd_core.artifacts import Problem
from kd_core.evaluation.parts import CLEAN, WHOLE
from kd_core.evaluation.verdict import Verdict

# Three long answers to three questions: one at a time.
CLAIMS, FAULTS, SLIDES = "claims", "faults", "slides"
# The claims are about the split as published, so that it stands first; the evidence keeps its own choice.
PARTS = (WHOLE, CLEAN)


def main() -> None:
    """Draw the page."""
    with page_header("reproduced"):
        views = (CLAIMS, FAULTS, SLIDES)
        view = pick_option("view", t("reproduced.view"), views, label_of=lambda name: t(f"reproduced.view_{name}"))
        pictures = None if view == SLIDES else _pick_pictures()
    if PUBLISHED not in context.studies():
        show_missing(t("reproduced.no_claims"))
        return
    if pictures is None:
        show_contradictions(PUBLISHED)
        return
    if absent := missing():
        named = [t("reproduced.trained_by", study=study_name(study), name=study) for study in absent]
        show_missing(t("reproduced.not_trained", studies=", ".join(named)))
    notices = st.container()
    problems = _faults(*pictures) if view == FAULTS else _claims(*pictures)
    with notices:
        show_problems(problems)


def _pick_pictures() -> tuple[str, str]:
    """Draw the choices of the pictures; return split and part."""
    split = pick_split()
    words = {part: t(f"comparison.part_{part}") for part in PARTS}
    return split, pick_option("claims_part", t("comparison.part"), PARTS, label_of=words.__getitem__)


def _claims(split: str, part: str) -> list[Problem]:
    found, problems = claims(split)
    st.header(t("reproduced.claims_title"), anchor=False)
    show_claims(found, split=split, part=part)
    alone = [run_label(claim.stated.record) for claim in found if not claim.answers]
    if alone:
        st.caption(t("reproduced.nobody", runs=", ".join(alone)))
    st.header(t("reproduced.deviations_title"), anchor=False)
    for claim in found:
        show_deviations(claim)
    st.caption(t("reproduced.deviations_caption"))
    return problems


def _faults(split: str, part: str) -> list[Problem]:
    problems = _fault(split, part) + _leaks(split, part)
    st.caption(t("verdict.method"))
    return problems


def _fault(split: str, part: str) -> list[Problem]:
    st.header(t("reproduced.fault_title"), anchor=False)
    st.markdown(t("reproduced.fault_lead"))
    problems, shown = [], False
    for study in REPRODUCTIONS:
        found, met = of_the_fault(study, split)
        problems += met
        if found:
            st.markdown(f"**{study_name(study)}**")
            show_contrasts(found, study, part=part, key=f"fault-{study}")
            shown = True
    if not shown:
        show_missing(t("reproduced.no_fault", study=study_name(REPRODUCTIONS[0]), name=REPRODUCTIONS[0]))
    return problems


def _leaks(split: str, part: str) -> list[Problem]:
    st.header(t("reproduced.leaks_title"), anchor=False)
    st.markdown(t("reproduced.leaks_lead"))
    found, problems = of_the_leaks(split)
    if found:
        show_contrasts(found, REPRODUCTIONS[0], part=part, key="reproduced.leaks", words_of=_recipe)
    else:
        names = {"first": study_name(REPRODUCTIONS[0]), "second": study_name(REPRODUCTIONS[1])}
        show_missing(t("reproduced.no_leaks", **names, name=REPRODUCTIONS[1]))
    return problems


def _recipe(verdict: Verdict) -> str:
    # With the leaked pictures against without, in every row: the recipe alone says something.
    return recipe_name(verdict.comparison)


main()
