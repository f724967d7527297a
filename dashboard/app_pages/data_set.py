"""Data set: classes and counts, sizes, copies across the splits, and the pictures themselves."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import address, context, pictures
from dashboard.charts.data_set import sizes_figure
from dashboard.choices import pick_from, pick_option
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.class_counts import class_counts_chart
from dashboard.components.contradictions import show_contradictions
from dashboard.components.copies import share_key, show_copies
from dashboard.components.copy_pairs import show_pairs
from dashboard.components.header import choices_row, page_header
from dashboard.components.notices import calm, show_missing, show_problems
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import class_name, escaped, split_name, study_name
from dashboard.palette import neutral
from dashboard.roles import PUBLISHED
from dashboard.selection import pick_study
from dashboard.tables.copies import found_pairs
from dashboard.tables.data_set import SPLITS, class_counts, copy_counts, sample, size_counts, trained_count
from dashboard.text import t
from dashboard.turns import pick_turn

SAMPLES = 12
# Six side by side on a laptop.
SHOWN = 148
ABOUT_THE_SET = ("picture-count", "per-class-range")


def _page() -> None:
    with page_header("data_set"):
        study = pick_study()
    if study is None:
        return
    index, problems = context.index(study)
    show_problems(problems)
    if index is None:
        _without_index(study, damaged=bool(problems))
    elif index.empty:
        show_missing(t("data_set.empty", study=study_name(study)))
    else:
        _with_index(study, index)
    show_contradictions(PUBLISHED, codes=ABOUT_THE_SET)


def _with_index(study: str, index: pd.DataFrame) -> None:
    counts = class_counts(index)
    copies = copy_counts(index)
    _show_totals(index, counts, copies)
    _show_samples(study, index)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header(t("data_set.counts_title"), anchor=False)
        _show_counts(study, counts)
    with right:
        st.header(t("data_set.sizes_title"), anchor=False)
        _show_sizes(study, index)
    show_copies(copies, index)
    show_pairs(study, found_pairs(index))


def _show_totals(index: pd.DataFrame, counts: pd.DataFrame, copies: pd.DataFrame) -> None:
    trained = trained_count(index)
    dropped = "train" in counts and trained < counts["train"].sum()
    notes = {"train": t("data_set.trained_on", count=fmt_count(trained))} if dropped else {}
    figures: list[tuple[str, str, str | None]] = [(t("data_set.classes"), fmt_count(len(counts)), None)]
    figures += [(split_name(split), fmt_count(counts[split].sum()), notes.get(split)) for split in counts.columns]
    test = copies[copies["split"] == "test"]
    if len(test):
        leaked, total = int(test["leaked"].iloc[0]), int(test["pictures"].iloc[0])
        share = t(share_key(index), share=fmt_percent(leaked / total))
        figures.append((t("data_set.leaked_test"), fmt_count(leaked), share))
    # In a row that wraps, so that a phone shows two side by side.
    with st.container(horizontal=True, gap="small"):
        for label, value, note in figures:
            st.metric(label, value, delta=note, delta_color="gray", delta_arrow="off", border=True, height="stretch")


@st.fragment
def _show_samples(study: str, index: pd.DataFrame) -> None:
    with calm(), address.one_entry():
        st.header(t("data_set.samples_title"), anchor=False)
        if not pictures.has_pictures():
            show_missing(t("data_set.no_pictures"))
            return
        labels = sorted(index["label"].unique())
        present = index["split"].unique()
        splits = [split for split in SPLITS if split in present]
        with choices_row():
            label = pick_from("sample.class", t("data_set.class"), labels, label_of=class_name)
            split = pick_option("sample.split", t("shell.split"), splits, default=splits[-1], label_of=split_name)
            turn = pick_turn("sample.turn", t("data_set.others"))
        paths = sample(index, split, label, turn * SAMPLES, SAMPLES)
        _show_grid(index, paths)
        st.caption(t("data_set.samples_caption", study=study, split=split_name(split), n=fmt_count(len(paths))))


def _show_grid(index: pd.DataFrame, paths: Sequence[str]) -> None:
    rows = index.set_index("path").loc[list(paths)]
    shown = [(path, pictures.thumbnail(path)) for path in paths]
    found = [(path, picture) for path, picture in shown if picture is not None]
    if len(found) < len(shown):
        show_missing(t("data_set.some_missing", count=fmt_count(len(shown) - len(found))))
    with st.container(horizontal=True, gap="small"):
        for path, picture in found:
            name = path.rpartition("/")[2]
            st.image(picture.jpeg, caption=escaped(name), width=SHOWN, alt=name)
    if any(rows.loc[path, "sha256"] != picture.sha256 for path, picture in found):
        st.caption(t("data_set.other_files"))


def _show_counts(study: str, counts: pd.DataFrame) -> None:
    found = class_counts_chart(study, counts, dark=is_dark())
    show_figure(found.figure, found.caption, found.table, key=f"{study}-counts")


def _show_sizes(study: str, index: pd.DataFrame) -> None:
    sizes = size_counts(index)
    fig = sizes_figure(sizes, other=t("data_set.other_sizes"), axis=t("data_set.pictures"), colour=neutral(is_dark()))
    names = {"width": t("data_set.width"), "height": t("data_set.height"), "count": t("data_set.pictures")}
    caption = t("data_set.sizes_caption", study=study, n=fmt_count(len(index)))
    show_figure(fig, caption, sizes.rename(columns=names), key=f"{study}-sizes")


def _without_index(study: str, *, damaged: bool) -> None:
    """Say that there is no index; a published study has matrices, whose row sums are its test set."""
    records, _ = context.runs(study)
    for record in records:
        matrix, problems = context.stated_confusion(study, record.run)
        show_problems(problems)
        if matrix is not None:
            counts = pd.DataFrame({"test": matrix.sum(axis=1)})
            st.header(t("data_set.counts_title"), anchor=False)
            st.markdown(t("data_set.from_matrix"))
            _show_counts(study, counts)
            return
    if not damaged:
        show_missing(t("data_set.no_index", study=study_name(study)))


_page()
