"""What compression forgot: the pictures and classes that a compressed run lost against what it was made from."""

import streamlit as st

from dashboard import address, context, lineage
from dashboard.choices import pick_option
from dashboard.components.forgetting import GAINED, LOST, show_counts, show_pictures
from dashboard.components.forgetting_classes import show_classes
from dashboard.components.header import page_header
from dashboard.components.notices import calm, show_missing, show_problems
from dashboard.names import run_label, study_name
from dashboard.part import Part, answers, pick_part
from dashboard.selection import pick_run, pick_study
from dashboard.text import t
from kd_core.artifacts import Predictions, Problem, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.forgotten import class_differences, gained, lost
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.pairing import common
from kd_core.evaluation.statistics import paired_difference


def main() -> None:
    """Draw the page."""
    with page_header("forgotten"):
        study = pick_study()
        variant = _pick_variant(study) if study else None
        if study is None or variant is None:
            return
        parent = _pick_parent(variant)
        part = pick_part(study)
    if parent is not None:
        _compare(parent, variant, part)


def _pick_variant(study: str) -> RunRecord | None:
    compressed = [record for record in context.runs(study)[0] if record.parent]
    if not compressed:
        stated = any(record.claims for record in context.runs(study)[0])
        show_missing(t("forgotten.stated" if stated else "forgotten.no_compressed", study=study_name(study)))
        return None
    smallest = min(compressed, key=lambda r: r.model.size_gzip_bytes if r.model else float("inf"))
    names = {record.run for record in compressed}
    return pick_run(
        study, name="variant", label=t("forgotten.variant"), keep=lambda r: r.run in names, default=smallest.run
    )


def _pick_parent(variant: RunRecord) -> RunRecord | None:
    """Return what the variant is compared with: its parent or, some steps back, the training that both began with."""
    parent, origin = lineage.parent(variant), lineage.origin(variant)
    if parent is None:
        show_missing(t("forgotten.no_parent", variant=run_label(variant), parent=variant.parent))
        return None
    if origin == parent:
        return parent
    choices = {"parent": parent, "origin": origin}
    chosen = pick_option(
        "against", t("forgotten.against"), list(choices), label_of=lambda name: run_label(choices[name])
    )
    return choices[chosen]


def _compare(parent: RunRecord, variant: RunRecord, part: Part) -> None:
    after, problems = answers(variant, part)
    before, met = answers(parent, part)
    show_problems([p for p in problems + met if p not in context.runs(variant.study)[1]])
    if before is None or after is None:
        show_missing(t("forgotten.unread", variant=run_label(variant), parent=run_label(parent)))
        return
    try:
        before, after = common(before, after)
    except KdError as error:
        show_problems([Problem(context.store().folder(variant.study, variant.run), str(error))])
        return
    names = {"parent": run_label(parent), "variant": run_label(variant)}
    where = t("forgotten.where", study=study_name(variant.study), part=part.words, **names)
    # Whether it can be read was said where the part was chosen; without it every picture is a draw of its own.
    index, _ = context.index(variant.study)
    is_right, was_right = (run.logits.argmax(axis=1) == run.label for run in (after, before))
    show_counts(paired_difference(is_right, was_right, picture_groups(after, index)))
    st.caption(where)
    st.header(t("forgotten.classes_title"), anchor=False)
    show_classes(class_differences(before, after, index), where)
    st.header(t("forgotten.pictures_title"), anchor=False)
    _pictures(parent, variant, before, after, where)


@st.fragment
def _pictures(parent: RunRecord, variant: RunRecord, before: Predictions, after: Predictions, where: str) -> None:
    with calm(), address.one_entry():
        show_pictures({LOST: lost(before, after), GAINED: gained(before, after)}, parent, variant, where)


main()
