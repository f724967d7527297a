"""What a compressed run lost and gained against its parent: the counts, and the pictures themselves."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.choices import pick_from, pick_option
from dashboard.components.chart import offer_csv
from dashboard.components.differences import written_interval, written_p
from dashboard.components.gallery import Card, answer_note, show_gallery
from dashboard.formats import fmt_count, fmt_percent, fmt_points
from dashboard.names import class_name, run_label
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.statistics import PairedDifference

LOST, GAINED = "lost", "gained"
ALL = "all"


def show_counts(result: PairedDifference) -> None:
    """Draw how many pictures were lost and gained, and what is left of it in accuracy.

    Args:
        result: the accuracy of the variant minus the parent's.
    """
    cards = st.container(horizontal=True, gap="small", key="forgetting.cards")
    shares = {LOST: result.only_second, GAINED: result.only_first}
    for name, count in shares.items():
        with cards.container(border=True, width="stretch", height="stretch", key=f"forgetting.{name}"):
            _figure(name, fmt_count(count))
            st.caption(t("forgotten.share", share=fmt_percent(count / result.n), n=fmt_count(result.n)))
    with cards.container(border=True, width="stretch", height="stretch", key="forgetting.net"):
        _figure("net", fmt_points(result.difference))
        st.caption(f"{written_interval(result)}, {written_p(result.p_value)}")


def show_pictures(found: dict[str, pd.DataFrame], parent: RunRecord, variant: RunRecord, where: str) -> None:
    """Draw the choices and the pictures that they name, ranked, with both runs' answers below each.

    Args:
        found: the tables of ``kd_core.evaluation.forgotten`` by ``LOST`` and ``GAINED``.
        parent: what was compressed.
        variant: what became of it.
        where: study and part of the split, for the caption.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="forgetting.choices"):
        shown = pick_option("show", t("forgotten.show"), list(found), label_of=lambda name: t(f"forgotten.{name}"))
        rows = found[shown]
        counts = rows["true"].value_counts()
        labels = {ALL: t("forgotten.all_classes", n=fmt_count(len(rows)))}
        labels |= {name: f"{class_name(name)} ({fmt_count(counts.get(name, 0))})" for name in variant.classes}
        true = pick_from("true", t("confusion.true"), list(labels), default=ALL, label_of=labels.__getitem__)
    chosen = rows if true == ALL else rows[rows["true"] == true]
    names = {"parent": run_label(parent), "variant": run_label(variant)}
    if chosen.empty:
        st.markdown(t(f"forgotten.none_{shown}", **names))
        return
    st.markdown(t(f"forgotten.ranked_{shown}", n=fmt_count(len(chosen)), **names))
    cards = [_card(row) for row in chosen.to_dict("records")]
    show_gallery(cards, key=f"{variant.study}.{variant.run}.{parent.run}.{shown}.{true}")
    st.caption(t("forgotten.pictures_caption", where=where))
    offer_csv(chosen, f"forgetting.{shown}")


def _figure(name: str, value: str) -> None:
    title = t(f"forgotten.figure_{name}")
    # Over the metric and not as its label, which a phone would cut off.
    st.markdown(f"**{title}**", help=t(f"forgotten.help_{name}"))
    st.metric(title, value, label_visibility="collapsed")


def _card(row: Mapping[Hashable, Any]) -> Card:
    true = str(row["true"])
    # The names of compressed runs are long, and stand above the cards.
    times = {"parent": t("forgotten.before"), "variant": t("forgotten.after")}
    notes = [f":small[{t('forgotten.is', true=class_name(true))}]"]
    notes += [
        answer_note(name, [str(row[side])], [float(row[f"{side}_probability"])], true) for side, name in times.items()
    ]
    return Card(str(row["path"]), true, notes)
