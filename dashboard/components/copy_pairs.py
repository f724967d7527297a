"""Leaks and duplicates side by side: each picture beside a copy of it, and without the photos their names."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard import address, pictures
from dashboard.choices import pick_from
from dashboard.components.chart import offer_csv, show_table
from dashboard.components.header import choices_row
from dashboard.components.notices import calm, show_missing
from dashboard.formats import fmt_count
from dashboard.names import escaped, split_name
from dashboard.tables.copies import Kind
from dashboard.text import t
from dashboard.turns import pick_turn

PAIRS = 4
# Two pairs side by side on a laptop, one on a phone.
SHOWN = 148
# A longer list of names scrolls in a field of so many pixels: there may be thousands.
MOST_ROWS, LONGEST = 10, 400


@st.fragment
def show_pairs(study: str, found: Mapping[Kind, pd.DataFrame]) -> None:
    """Draw the choice of which copies, some of their pairs, others with every click, and the list of all.

    Args:
        study: whose index it is.
        found: the pairs of each kind that occurs, as ``dashboard.tables.copies.found_pairs`` returns them.
    """
    if not found:
        return
    with calm(), address.one_entry():
        st.markdown(f"### {t('data_set.pairs_title')}")
        kinds = {kind.write(): kind for kind in found}
        at_hand = pictures.has_pictures()
        with choices_row():
            asked = pick_from(
                "copies",
                t("data_set.pairs_kind"),
                list(kinds),
                label_of=lambda name: _label(kinds[name], len(found[kinds[name]])),
                forget=("copies.turn",),
            )
            turn = pick_turn("copies.turn", t("data_set.others")) if at_hand else 0
        kind, pairs = kinds[asked], found[kinds[asked]]
        names, key, caption = _names(pairs), f"{study}-copies-{asked}", _caption(study, kind, len(pairs))
        if at_hand:
            _show_some(pairs, turn)
            st.caption(f"{caption} {t('data_set.pairs_padded')}")
            show_table(names, key)
        else:
            show_missing(t("data_set.pairs_no_photos"))
            st.dataframe(names, hide_index=True, height=LONGEST if len(names) > MOST_ROWS else "content")
            st.caption(caption)
            offer_csv(names, key)


def _show_some(pairs: pd.DataFrame, turn: int) -> None:
    rows = [(turn * PAIRS + step) % len(pairs) for step in range(min(PAIRS, len(pairs)))]
    chosen = list(pairs.iloc[rows][["path", "copy"]].itertuples(index=False, name=None))
    shown = {path: pictures.thumbnail(path) for pair in chosen for path in pair}
    missing = sum(picture is None for picture in shown.values())
    if missing == len(shown):
        show_missing(t("gallery.photos_missing"))
    elif missing:
        show_missing(t("data_set.some_missing", count=fmt_count(missing)))
    with st.container(horizontal=True, gap="small"):
        for pair in chosen:
            _pair(pair, shown)


def _pair(paths: Sequence[str], shown: Mapping[str, pictures.Thumbnail | None]) -> None:
    with st.container(border=True, width=2 * SHOWN + 64, horizontal=True, gap="small"):
        for path in paths:
            picture = shown[path]
            caption = f"{split_name(path.partition('/')[0])}: {escaped(path.rpartition('/')[2])}"
            if picture is None:
                st.caption(caption)
            else:
                st.image(picture.jpeg, caption=caption, width=SHOWN, alt=path)


def _names(pairs: pd.DataFrame) -> pd.DataFrame:
    same, altered = t("data_set.pairs_same"), t("data_set.pairs_altered")
    return pd.DataFrame(
        {
            t("data_set.pairs_picture"): pairs["path"],
            t("data_set.pairs_copy"): pairs["copy"],
            t("data_set.pairs_how"): [same if equal else altered for equal in pairs["equal"]],
        }
    )


def _label(kind: Kind, count: int) -> str:
    key = "data_set.pairs_within" if kind.split == kind.beside else "data_set.pairs_across"
    return t(key, split=split_name(kind.split), beside=split_name(kind.beside), n=fmt_count(count))


def _caption(study: str, kind: Kind, count: int) -> str:
    key = "data_set.pairs_caption_within" if kind.split == kind.beside else "data_set.pairs_caption_across"
    return t(key, study=study, split=split_name(kind.split), beside=split_name(kind.beside), n=fmt_count(count))
