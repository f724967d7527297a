"""What each ingredient of distillation bought: one change of a recipe at a time, against the recipe itself."""

import streamlit as st

from dashboard import context
from dashboard.ablation import STUDY, ablation
from dashboard.choices import pick_option
from dashboard.components.ablation import recipe_label, show_ablation
from dashboard.components.header import page_header
from dashboard.components.notices import show_missing, show_problems
from dashboard.formats import fmt_count
from dashboard.names import split_name, study_name
from dashboard.text import t

# Choices are made on validation, so it stands first, and what another page shows of the test split does not count here.
SPLITS = ("val", "test")


def main() -> None:
    """Draw the page."""
    with page_header("ablation"):
        if STUDY not in context.studies():
            show_missing(t("ablation.not_trained", study=study_name(STUDY)))
            return
        split = pick_option("measured", t("shell.split"), SPLITS, label_of=split_name)
    found, problems = ablation(STUDY, split)
    show_problems(problems)
    if found is None:
        show_missing(t("ablation.nothing_yet", study=study_name(STUDY)))
        return
    base = recipe_label(found.base)
    for recipe in found.unread:
        show_missing(t("verdict.incomparable", first=recipe_label(recipe), second=base))
    if found.changes:
        show_ablation(found, STUDY)
    elif not found.unread:
        show_missing(t("ablation.base_alone", base=base))
    done = fmt_count(len(context.runs(STUDY)[0]))
    st.caption(f"{t('ablation.method')} {t('ablation.standing', study=study_name(STUDY), count=done)}")


main()
